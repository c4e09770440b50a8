#include "06_tasks_futures/asyncio/event_loop.hpp"

#include <algorithm>

#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/scoped_callback.hpp"

namespace asyncio {

EventLoop::EventLoop(std::unique_ptr<selectors::Selector> selector,
                     std::optional<VirtualTime> time)
    : Outside(static_cast<Scheduler&>(*this), std::move(selector)) {
  if (time) virtual_now_.emplace();
}

void EventLoop::check_idle() const {
  check_open();
  if (is_running_) throw RuntimeError("This event loop is already running");
  if (t_running_loop) {
    throw RuntimeError(
        "Cannot run the event loop while another loop is running");
  }
}

void EventLoop::run_until_done(const AnyFuture& future) {
  check_idle();
  if (&future.get_loop() != this) {
    throw ValueError(
        "The future belongs to a different loop than the one that runs");
  }
  const ScopedCallback stop_at_end(future.state(), [this] { stop(); });
  try {
    run_forever();
  } catch (...) {
    future.state().set_retrieved();  // it goes on from here
    throw;
  }
  if (future.done()) return;
  throw RuntimeError("Event loop stopped before Future completed.");
}

// [region run_once]
void EventLoop::run_forever() {
  check_idle();
  is_running_ = true;
  t_running_loop = this;
  const Finally at_end([this] {
    is_running_ = is_stopping_ = false;
    current_ = nullptr;
    t_running_loop = nullptr;
  });
  do run_once();
  while (!is_stopping_);
}

void EventLoop::run_once() {
  look_outside();
  if (!timers_.empty()) wake_timers();
  run_ready();
}

// If somebody is ready, and no descriptor is waited for, there is nothing to
// ask the kernel.
void EventLoop::look_outside() {
  if (ready_.empty() || is_watching()) wait();
  if (has_come()) take();
}

void EventLoop::wake_timers() {
  const TimePoint now = time();
  while (!timers_.empty() && timers_.next() <= now) {
    ready_.push(timers_.pop());
  }
}

// Those who are there now; who is added meanwhile waits for the next turn.
void EventLoop::run_ready() {
  for (const Runnable* last = ready_.last(); last;) {
    Runnable* runnable = ready_.pop();
    if (runnable == last) last = nullptr;
    get_debug() ? run_measured(*runnable) : runnable->run();
    current_ = nullptr;
  }
}
// [end run_once]

void EventLoop::wait() {
  const std::optional<Clock::duration> left = time_left();
  constexpr auto k_at_once = Clock::duration::zero();
  if (!virtual_now_ || left.value_or(k_at_once) == k_at_once) return poll(left);
  poll(k_at_once);
  if (ready_.empty() && !has_come()) virtual_now_ = timers_.next();
}

std::optional<Clock::duration> EventLoop::time_left() const {
  if (!ready_.empty() || is_stopping_) return Clock::duration::zero();
  if (timers_.empty()) return std::nullopt;
  const TimePoint now = time();
  return std::max(timers_.next(), now) - now;  // never overflows
}

void EventLoop::close() {
  if (is_running_) throw RuntimeError("Cannot close a running event loop");
  if (std::exchange(is_closed_, true)) return;
  Outside::close();
  ready_.drop_all();
  while (tasks_) {
    report_destroyed(*tasks_);
    tasks_->abandon();
  }
  timers_.drop_all();
  tell_all();
  close_executor();
}

}  // namespace asyncio
