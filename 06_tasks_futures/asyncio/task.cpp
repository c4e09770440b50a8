#include "06_tasks_futures/asyncio/task.hpp"

#include "06_tasks_futures/asyncio/finally.hpp"

namespace asyncio {

// [region step]
void TaskBase::run() {
  scheduler_.current_ = this;
  if (needs_preparing_ && !prepare_step()) return;
  waited_ = nullptr;
  if (Frame* outermost = resume()) end(*outermost);
}

bool TaskBase::prepare_step() {
  if (tries_ && !waited_->attempt()) return false;
  needs_preparing_ = is_thrown_ = must_cancel_;
  tries_ = must_cancel_ = false;
  const bool goes_on = has_started_ || !is_thrown_;
  has_started_ = goes_on;
  if (!goes_on) end_unstarted();
  return goes_on;
}
// [end step]

// [region cancel]
bool TaskBase::request_cancel(const std::string& message) {
  scheduler_.check_thread();
  if (!cancel_waited(message)) {
    rare_.set_message(message);
    must_cancel_ = needs_preparing_ = true;
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
    if (cancel_waited(rare_.message())) must_cancel_ = false;
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
