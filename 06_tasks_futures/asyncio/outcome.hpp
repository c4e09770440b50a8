// How something ended: with a result, or with an exception.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/future.hpp"
#include "06_tasks_futures/asyncio/returned.hpp"

namespace asyncio {

/// A value, a reference or nothing; or else what was thrown instead of it.
template <typename T = void>
class [[nodiscard]] Outcome {
 public:
  explicit Outcome(Returned<T> returned) : returned_(std::move(returned)) {}
  explicit Outcome(std::exception_ptr exception)
      : exception_(std::move(exception)) {}

  [[nodiscard]] bool has_value() const noexcept { return !exception_; }
  /// Throws the exception, if there is one. Of an rvalue, it is moved out.
  [[nodiscard]] decltype(auto) value() const& {
    check();
    return returned_.value();
  }
  [[nodiscard]] T value() && {
    check();
    return returned_.take();
  }
  /// Null if there is a value. A CancelledError, if it was cancelled.
  [[nodiscard]] const std::exception_ptr& exception() const noexcept {
    return exception_;
  }

 private:
  void check() const {
    if (exception_) std::rethrow_exception(exception_);
  }

  [[no_unique_address]] Returned<T> returned_;
  std::exception_ptr exception_;
};

/// What `done` failed with, or was cancelled with; null if it has a result.
/// Whoever asks for it has retrieved it.
[[nodiscard]] std::exception_ptr failure_of(FutureBase& done);

/// What `done` has come to. Its result is moved out if nobody else refers to
/// it, or if it cannot be copied.
template <typename T>
Outcome<T> outcome_of(FutureState<T>& done) {
  if (done.cancelled()) return Outcome<T>(done.cancellation());
  if (std::exception_ptr failure = done.exception()) {
    return Outcome<T>(std::move(failure));
  }
  Returned<T> returned;
  if constexpr (!std::is_void_v<T>) returned.return_value(done.take());
  return Outcome<T>(std::move(returned));
}

}  // namespace asyncio
