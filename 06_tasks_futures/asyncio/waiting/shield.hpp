// To wait for something without being able to cancel it.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/awaitable.hpp"

namespace asyncio {

/// `outer` ends as `inner` has ended.
template <typename T>
void pass_on(FutureState<T>& inner, FutureState<T>& outer) {
  if (inner.cancelled()) {
    outer.cancel({});
  } else if (std::exception_ptr exception = inner.exception()) {
    outer.set_exception(std::move(exception));
  } else if constexpr (std::is_void_v<T>) {
    outer.set_result();
  } else {
    outer.set_result(inner.take());
  }
}

/// What the inner future calls at its end. It keeps the outer one alive, and
/// the inner one from its end to the call.
template <typename T>
class ShieldCallback final : public HandleState {
 public:
  ShieldCallback(FutureState<T>& inner, FutureState<T>& outer) noexcept
      : inner_(&inner), outer_(outer) {}

  void hold() noexcept override { held_ = Ref(*inner_); }

  /// The outer one has ended before. If both have, it is still called.
  void remove() noexcept {
    if (inner_ && inner_->remove_waiter(*this)) drop();
  }

 private:
  void call() override {
    const Ref<FutureState<T>> inner = std::move(held_);
    const Ref<FutureState<T>> outer = std::move(outer_);
    clear();
    if (!outer->cancelled()) return pass_on(*inner, *outer);
    inner->set_retrieved();
  }
  void clear() noexcept override {
    inner_ = nullptr;
    held_ = {};
    outer_ = {};
  }

  FutureState<T>* inner_;  // null once it has died, or been heard
  Ref<FutureState<T>> held_;
  Ref<FutureState<T>> outer_;
};

/// A future that ends as `awaitable` does, which runs on if the future is
/// cancelled. If the future is cancelled and the awaitable then fails, nobody
/// asks for that: it goes to the loop's exception handler. A result that cannot
/// be copied is moved out of it. Throws RuntimeError if no loop runs.
template <BecomesFuture A>
Future<AwaitResult<A>> shield(A&& awaitable) {
  using T = AwaitResult<A>;
  const Future<T> inner = ensure_future(std::forward<A>(awaitable));
  if (inner.done()) return inner;
  const Future<T> outer = inner.get_loop().template create_future<T>();
  const Ref callback(*new ShieldCallback<T>(inner.state(), outer.state()));
  inner.state().add_callback(*callback);
  outer.add_done_callback([callback](const Future<T>&) { callback->remove(); });
  return outer;
}

}  // namespace asyncio
