#include "06_tasks_futures/asyncio/task.hpp"

#include "06_tasks_futures/asyncio/finally.hpp"

namespace asyncio {

// [region step]
void TaskBase::run() {
  scheduler_.current_ = this;
  if (is_special_ && !prepare_step()) return;
  waited_ = nullptr;
  if (Frame* outermost = resume()) end(*outermost);
}

bool TaskBase::prepare_step() {
  if (tries_ && !waited_->attempt()) return false;
  tries_ = false;
  is_special_ = is_thrown_ = must_cancel_;
  must_cancel_ = false;
  if (is_thrown_ && !has_started_) return end_unstarted(), false;
  return has_started_ = true;
}
// [end step]

// [region cancel]
bool TaskBase::request_cancel(const std::string& message) {
  scheduler_.check_thread();
  if (!cancel_waited(message)) {
    texts_.set_message(message);
    must_cancel_ = is_special_ = true;
  }
  ++cancelling_;
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
  const auto keep = Ref<FutureBase>::taken_over(future());  // from the loop
  waited_ = nullptr;
  leave();
  destroy();
}

}  // namespace asyncio
