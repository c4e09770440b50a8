// Callbacks that die with whoever asked for them.
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/future_base.hpp"
#include "06_tasks_futures/asyncio/handle.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"

namespace asyncio {

/// A future's done callback, for as long as this lives; it keeps the future
/// alive. Does not outlive the loop.
class ScopedCallback {
 public:
  template <std::invocable Callback>
  ScopedCallback(FutureBase& future, Callback callback)
      : future_(future),
        state_(*new CallbackHandle<Callback>(std::move(callback))) {
    future.add_callback(*state_);
  }
  ScopedCallback(ScopedCallback&&) noexcept = default;
  ScopedCallback& operator=(ScopedCallback&&) = delete;
  ~ScopedCallback() {
    if (!future_) return;
    state_->cancel();
    if (future_->remove_waiter(*state_)) state_->release();
  }

 private:
  Ref<FutureBase> future_;
  Ref<HandleState> state_;
};

/// A timer, for as long as this lives. Does not outlive the loop.
class ScopedTimer {
 public:
  ScopedTimer() = default;
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;
  ~ScopedTimer() { cancel(); }

  /// Instead of the one before.
  void set(TimerHandle timer) noexcept {
    cancel();
    timer_ = std::move(timer);
  }
  void cancel() noexcept {
    if (const auto timer = std::exchange(timer_, std::nullopt)) timer->cancel();
  }

 private:
  std::optional<TimerHandle> timer_;
};

}  // namespace asyncio
