#include "06_tasks_futures/asyncio/await_future.hpp"

namespace asyncio {

void throw_cancelled(const TaskBase& task, FutureBase& future) {
  try {
    if (future.done()) future.check_result();
  } catch (const CancelledError&) {
    throw;
  } catch (...) {  // the cancellation comes first
  }
  throw task.cancelled();
}

void throw_cannot_wait(TaskBase& task, const FutureBase& future) {
  if (&future == &task.future()) {
    throw RuntimeError("Task cannot await on itself: " + task.name());
  }
  throw RuntimeError(task.name() + " got a future attached to another loop");
}

}  // namespace asyncio
