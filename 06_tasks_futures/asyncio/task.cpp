#include "06_tasks_futures/asyncio/task.hpp"

#include <utility>

namespace asyncio {
namespace {

/// The task that runs, for the time of a step.
class Current {
 public:
  explicit Current(Scheduler& scheduler, TaskBase& task) noexcept
      : scheduler_(scheduler) {
    scheduler.set_current(&task);
  }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;
  ~Current() { scheduler_.set_current(nullptr); }

 private:
  Scheduler& scheduler_;
};

/// Calls a function when it dies.
template <typename Function>
class Finally {
 public:
  explicit Finally(Function function) : function_(std::move(function)) {}
  Finally(const Finally&) = delete;
  Finally& operator=(const Finally&) = delete;
  ~Finally() { function_(); }

 private:
  Function function_;
};

}  // namespace

// [region step]
void TaskBase::run() {
  const Current current(scheduler_, *this);
  waited_ = nullptr;
  is_thrown_ = take_cancel();
  if (is_thrown_ && !has_started_) {
    destroy();
    return end_unstarted(cancelled_error());
  }
  has_started_ = true;
  if (Frame* outermost = resume()) end(*outermost);
}
// [end step]

// [region cancel]
bool TaskBase::request_cancel(const std::string& message) {
  ++cancelling_;
  if (cancel_waited(message)) return true;
  must_cancel_ = true;
  texts_.set_message(message);
  return true;
}

int TaskBase::uncancel() noexcept {
  if (cancelling_ > 0 && --cancelling_ == 0) must_cancel_ = false;
  return cancelling();
}
// [end cancel]

void TaskBase::cancel_new_wait() noexcept {
  try {
    if (cancel_waited(texts_.message())) must_cancel_ = false;
  } catch (...) {  // then it is cancelled when it has waited
  }
}

bool TaskBase::cancel_waited(const std::string& message) {
  if (!waited_) return false;
  if (is_passing_on_) {
    throw RuntimeError("Tasks that wait for each other cannot be cancelled");
  }
  is_passing_on_ = true;
  const Finally at_end([this] { is_passing_on_ = false; });
  return waited_->cancel(message);
}

void TaskBase::abandon() noexcept {
  const Ref keep(future());
  waited_ = nullptr;
  leave();
  keep->release();  // the loop's
  destroy();
}

std::exception_ptr TaskBase::cancelled_error() const noexcept {
  if (texts_.message().empty()) return nullptr;
  try {
    return std::make_exception_ptr(CancelledError(texts_.message()));
  } catch (...) {
    return nullptr;  // no memory for the message
  }
}

void TaskBase::cancel_wait(const std::string& message) {
  texts_.set_wait_message(message);
  wake();
}

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
