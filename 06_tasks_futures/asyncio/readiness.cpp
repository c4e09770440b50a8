#include "06_tasks_futures/asyncio/readiness.hpp"

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

Descriptors& Readiness::descriptors() const noexcept {
  return static_cast<EventLoop&>(task_->scheduler()).descriptors();
}

void Readiness::start(TaskBase& task) {
  task_ = &task;
  descriptors().wait(fd_, event_, *this);
  state_ = State::waiting;
  task.wait_for(*this);
}

void Readiness::stop() noexcept {
  descriptors().remove(fd_, event_, *this);
}

void Readiness::on_ready(const std::exception_ptr& error) noexcept {
  state_ = State::over;
  if (error) error_ = error;
  task_->wake();
}

bool Readiness::cancel(const std::string& message) {
  if (state_ != State::waiting) return false;
  task_->cancel_wait(message);  // or throws, and it waits on
  state_ = State::cancelled;
  stop();
  return true;
}

}  // namespace asyncio
