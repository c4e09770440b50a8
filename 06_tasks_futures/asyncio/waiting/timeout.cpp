#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

#include <string>

namespace asyncio {

void Timeout::reschedule(std::optional<TimePoint> when) {
  if (state_ == State::created) {
    throw RuntimeError("Timeout has not been entered");
  }
  if (state_ != State::active) {
    throw RuntimeError(std::string("Cannot change state of ") + state() +
                       " Timeout");
  }
  when_ = when;
  timer_.cancel();
  if (when) start_timer(get_running_loop(), *when);
}

void Timeout::start_timer(EventLoop& loop, TimePoint when) {
  const auto callback = [this] { on_timeout(); };
  if (when > loop.time()) return timer_.set(loop.call_at(when, callback));
  const Handle handle = loop.call_soon(callback);
  timer_.set(TimerHandle(loop.timers(), handle.state(), when));
}

// [region enter]
void Timeout::enter() {
  if (state_ != State::created) {
    throw RuntimeError("Timeout has already been entered");
  }
  task_ = get_running_loop().current();
  if (!task_) throw RuntimeError("Timeout should be used inside a task");
  state_ = State::active;
  cancelling_ = task_->cancelling();
  reschedule(when_);
}

void Timeout::on_timeout() {
  task_->request_cancel({});
  state_ = State::expiring;
}

bool Timeout::exit() noexcept {
  timer_.cancel();
  if (state_ == State::active) state_ = State::finished;
  if (state_ != State::expiring) return false;
  state_ = State::expired;
  return task_->uncancel() <= cancelling_;
}
// [end enter]

const char* Timeout::state() const noexcept {
  switch (state_) {
    case State::created: return "created";
    case State::active: return "active";
    case State::expiring: return "expiring";
    case State::expired: return "expired";
    case State::finished: break;
  }
  return "finished";
}

}  // namespace asyncio
