// A future of which only the end matters.
#pragma once

#include <exception>
#include <string>

#include "06_tasks_futures/asyncio/future_base.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"

namespace asyncio {

class EventLoop;

/// A handle of a future of any type: what it came to is not known here.
class AnyFuture {
 public:
  explicit AnyFuture(FutureBase& state) noexcept : state_(state) {}

  [[nodiscard]] bool done() const noexcept { return state_->done(); }
  [[nodiscard]] bool cancelled() const noexcept { return state_->cancelled(); }
  /// See FutureBase.
  [[nodiscard]] std::exception_ptr exception() const {
    return state_->exception();
  }
  /// Cancels it: a future at once, a task by throwing CancelledError where it
  /// waits. False if it was done.
  bool cancel(const std::string& message = {}) const {
    return state_->cancel(message);
  }
  [[nodiscard]] EventLoop& get_loop() const noexcept;

  [[nodiscard]] FutureBase& state() const noexcept { return *state_; }
  friend bool operator==(const AnyFuture&, const AnyFuture&) = default;

 protected:
  Ref<FutureBase> state_;
};

}  // namespace asyncio
