#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

Coroutine<> sleeps(Sleep sleep) {
  co_await sleep;
}

}  // namespace

Task<> create_task(const Sleep& sleep, std::string_view name, Place here) {
  return get_running_loop().create_task(sleeps(sleep), name, here);
}

void Sleep::start_timer(TaskBase& task) {
  if (state_ == State::waiting) throw RuntimeError("a sleep is awaited once");
  task_ = &task;
  EventLoop& loop = get_running_loop();
  loop.timers().add(*this, after(loop.time(), delay_));
  state_ = State::waiting;
  task_->wait_for(*this);
}

void Sleep::stop_timer() noexcept {
  static_cast<EventLoop&>(task_->scheduler()).timers().remove(*this);
}

void Sleep::run() {
  if (state_ != State::waiting) return;
  state_ = State::over;
  task_->wake();
}

// The time may have come, and the turn not yet: then `run` finds it cancelled.
bool Sleep::cancel(const std::string& message) {
  if (state_ != State::waiting) return false;
  task_->rare().set_wait_message(message);  // or throws, and it waits on
  task_->wake();
  state_ = State::cancelled;
  stop_timer();
  return true;
}

}  // namespace asyncio
