// To await a future is to have the task woken at its end.
#pragma once

#include <coroutine>
#include <utility>

#include "06_tasks_futures/asyncio/future.hpp"
#include "06_tasks_futures/asyncio/task.hpp"

namespace asyncio {

/// The future's own CancelledError, if that is how it ended, or else the
/// task's.
[[noreturn]] void throw_cancelled(const TaskBase& task, FutureBase& future);
/// Says why not.
[[noreturn]] void throw_cannot_wait(TaskBase& task, const FutureBase& future);

// [region future_awaiter]
/// What a task does that awaits a future: it has itself woken at the end.
template <typename T, bool takes>
class [[nodiscard]] FutureAwaiter {
 public:
  explicit FutureAwaiter(Future<T> future) noexcept
      : future_(std::move(future)) {}
  FutureAwaiter(const FutureAwaiter&) = delete;
  FutureAwaiter& operator=(const FutureAwaiter&) = delete;
  ~FutureAwaiter() {
    // It dies while the loop closes: nobody there waits any more.
    if (waiter_ && can_wait(*waiter_)) future_.state().drop_waiters();
  }

  bool await_ready() const noexcept { return future_.state().done(); }

  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) {
    self.promise().waits_at(here);
    TaskBase& task = task_of(self.promise());
    waiter_ = &task;
    if (!can_wait(task)) return task.wake();
    future_.state().add_waiter(task);
    task.wait_for(future_.state());
  }

  decltype(auto) await_resume() {
    if (waiter_) end_wait(*std::exchange(waiter_, nullptr));
    if constexpr (takes) {
      return future_.state().take();
    } else {
      return future_.state().result();
    }
  }

 private:
  // Not for its own end, nor for that of another loop's.
  [[nodiscard]] bool can_wait(const TaskBase& task) const noexcept {
    FutureState<T>& future = future_.state();
    const bool is_own =
        future.is_task() && &static_cast<TaskState<T>&>(future) == &task;
    return !is_own && &future.scheduler() == &task.scheduler();
  }
  void end_wait(TaskBase& task) {
    future_.state().set_retrieved();
    if (task.is_cancelled_now()) throw_cancelled(task, future_.state());
    if (!future_.state().done()) throw_cannot_wait(task, future_.state());
  }

  Future<T> future_;
  TaskBase* waiter_ = nullptr;  // while it waits
};

template <typename T>
FutureAwaiter<T, false> Future<T>::operator co_await() const& {
  return FutureAwaiter<T, false>(*this);
}
template <typename T>
FutureAwaiter<T, true> Future<T>::operator co_await() && {
  return FutureAwaiter<T, true>(std::move(*this));
}
// [end future_awaiter]

}  // namespace asyncio
