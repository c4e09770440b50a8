#include "06_tasks_futures/asyncio/descriptor_wait.hpp"

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

EventLoop& DescriptorWait::loop() const noexcept {
  return static_cast<EventLoop&>(task_->scheduler());
}

// [region attempt]
void DescriptorWait::on_ready(const std::exception_ptr& error) noexcept {
  const bool is_news = state_ == State::waiting;
  state_ = State::ready;
  if (error) fail(error);
  if (is_news) task_->wake();
}

bool DescriptorWait::attempt() noexcept {
  if (state_ != State::ready) return true;  // cancelled, or it failed
  if (call()) {
    state_ = State::over;
    return true;
  }
  try {
    start();
    return false;
  } catch (...) {
    fail(std::current_exception());
    return true;
  }
}
// [end attempt]

void DescriptorWait::fail(const std::exception_ptr& error) noexcept {
  task_->rare().set_wait_error(error);
  state_ = State::failed;
}

void DescriptorWait::throw_failure() const {
  if (state_ == State::cancelled) throw task_->rare().wait_cancelled();
  task_->throw_if_cancelled();
  task_->rare().rethrow_wait_error();
}

// The task that is ready has been woken already.
bool DescriptorWait::cancel(const std::string& message) {
  if (!is_waiting()) return false;
  task_->rare().set_wait_message(message);  // or throws, and it waits on
  unwatch();
  if (state_ == State::waiting) task_->wake();
  state_ = State::cancelled;
  return true;
}

}  // namespace asyncio
