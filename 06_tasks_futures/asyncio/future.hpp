// A result that is still to come.
#pragma once

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/any_future.hpp"
#include "06_tasks_futures/asyncio/debugging/repr.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/future_base.hpp"
#include "06_tasks_futures/asyncio/handle.hpp"
#include "06_tasks_futures/asyncio/returned.hpp"

namespace asyncio {

/// A future with its value.
template <typename T>
class FutureState : public FutureBase, public FromFreeList {
 public:
  using FutureBase::FutureBase;

  template <typename... Value>
  void set_result(Value&&... value) {
    check_pending();
    assign(std::forward<Value>(value)...);
    finish();
  }
  [[nodiscard]] decltype(auto) result() {
    check_result();
    return returned_.value();
  }
  /// Moves it out, if nobody but the caller can ask for it any more, or if it
  /// cannot be copied.
  [[nodiscard]] T take() {
    check_result();
    if constexpr (std::is_object_v<T> && std::is_copy_constructible_v<T>) {
      if (references() > 1) return returned_.value();
    }
    return returned_.take();
  }
  std::string repr_of_result() const override { return repr_of(returned_); }

 protected:
  template <typename... Value>
  void assign(Value&&... value) {
    if constexpr (sizeof...(Value) > 0) {
      returned_.return_value(std::forward<Value>(value)...);
    } else {
      static_assert(std::is_void_v<T>, "set_result needs a value");
    }
  }

 private:
  [[no_unique_address]] Returned<T> returned_;
};

template <typename T, bool takes>
class FutureAwaiter;

/// A handle of a future: one word; copies share it. Await it, or ask it once it
/// is done. What is done outlives its loop: then it may be awaited and asked,
/// and no more.
template <typename T = void>
class Future : public AnyFuture {
 public:
  using State = FutureState<T>;
  using Result = T;

  explicit Future(State& state) noexcept : AnyFuture(state) {}

  /// What it came to: `const T&`, good as long as the future. Throws what it
  /// failed with; CancelledError; InvalidStateError while it is pending.
  [[nodiscard]] decltype(auto) result() const { return state().result(); }

  /// Ends it, and schedules all that wait. Throws InvalidStateError if it is
  /// done. Of a task: RuntimeError, since that sets its own.
  template <typename... Value>
  void set_result(Value&&... value) const {
    check_settable("set_result");
    state().set_result(std::forward<Value>(value)...);
  }
  void set_exception(std::exception_ptr exception) const {
    check_settable("set_exception");
    state().set_exception(std::move(exception));
  }
  template <typename Exception>
    requires(!std::is_same_v<Exception, std::exception_ptr>)
  void set_exception(Exception exception) const {
    set_exception(std::make_exception_ptr(std::move(exception)));
  }

  /// Calls `callback` with this future in the turn after its end. What it
  /// throws goes to the loop's exception handler.
  template <typename Callback>
  Handle add_done_callback(Callback callback,
                           Place here = Place::current()) const;
  /// False if it has been called, or scheduled, or removed.
  bool remove_done_callback(const Handle& callback) const noexcept;

  /// Waits for the end. An lvalue gives a `const T&`, good as long as the
  /// future; an rvalue gives a T.
  FutureAwaiter<T, false> operator co_await() const&;
  FutureAwaiter<T, true> operator co_await() &&;

  [[nodiscard]] State& state() const noexcept {
    return static_cast<State&>(*state_);
  }

 private:
  void check_settable(const char* call) const {
    if (!state().is_task()) return;
    throw RuntimeError(std::string("Task does not support ") + call +
                       " operation");
  }
};

}  // namespace asyncio
