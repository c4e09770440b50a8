// To have a coroutine run by a loop of another thread.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"
#include "06_tasks_futures/asyncio/executors/crossing.hpp"

namespace asyncio {

/// What another thread waits for. If nobody will end it, because the loop has
/// closed, it is cancelled.
template <typename T>
class OwedResult {
 public:
  explicit OwedResult(ConcurrentFuture<T> future)
      : future_(std::move(future)) {}
  OwedResult(OwedResult&& other) noexcept
      : future_(std::exchange(other.future_, std::nullopt)) {}
  OwedResult& operator=(OwedResult&&) = delete;
  ~OwedResult() {
    if (future_) future_->abandon();
  }

  [[nodiscard]] const ConcurrentFuture<T>& future() const { return *future_; }

 private:
  std::optional<ConcurrentFuture<T>> future_;
};

/// Carries a cancellation into the loop of a task.
class TaskCanceller final : public Crossing {
 public:
  explicit TaskCanceller(AnyFuture task) : task_(std::move(task)) {}

 private:
  void arrive() override { task_->cancel(); }
  void let_go() noexcept override { task_.reset(); }

  std::optional<AnyFuture> task_;
};

/// What the task came to, for the thread that waits.
template <typename T>
void pass_on(const Future<T>& done, const ConcurrentFuture<T>& result) {
  if (done.cancelled()) result.cancel();
  if (!result.set_running_or_notify_cancel()) return;
  if (auto failure = done.exception()) {
    result.set_exception(std::move(failure));
  } else if constexpr (std::is_void_v<T>) {
    result.set_result();
  } else {
    result.set_result(done.state().take());
  }
}

/// In the loop's thread.
template <typename T>
void run_for(OwedResult<T> owed, Coroutine<T> coroutine, EventLoop& loop) {
  const ConcurrentFuture<T> result = owed.future();
  const Task<T> task = loop.create_task(std::move(coroutine));
  const auto canceller = std::make_shared<TaskCanceller>(task);
  canceller->begin(loop);
  result.add_done_callback(
      [canceller](const ConcurrentFuture<T>&) { canceller->send(); });
  task.add_done_callback([owed = std::move(owed)](const Future<T>& done) {
    pass_on(done, owed.future());
  });
}

/// Has `loop`, which runs in another thread, run `coroutine` as a task, and
/// gives what that thread may wait for: never wait for it in the loop's own.
/// To cancel it cancels the task. It is cancelled if the loop closes before
/// the end. Throws RuntimeError if the loop has closed.
template <typename T>
ConcurrentFuture<T> run_coroutine_threadsafe(Coroutine<T> coroutine,
                                             EventLoop& loop) {
  const ConcurrentFuture<T> result;
  loop.call_soon_threadsafe([owed = OwedResult<T>(result),
                             coroutine = std::move(coroutine),
                             &loop]() mutable {
    run_for(std::move(owed), std::move(coroutine), loop);
  });
  return result;
}

}  // namespace asyncio
