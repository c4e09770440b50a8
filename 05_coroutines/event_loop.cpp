#include "05_coroutines/event_loop.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string>
#include <utility>

namespace coroutines {

using selectors::Events;
using selectors::k_event_read;
using selectors::k_event_write;

namespace {

void warn_never_retrieved(const char* what) noexcept {
  std::fprintf(stderr, "Task exception was never retrieved: %s\n", what);
}

std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

std::exception_ptr will_be_closed(int fd) noexcept {
  try {
    throw RuntimeError(named(fd) + " is waited for and will be closed");
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

EventLoop::~EventLoop() {
  for (std::size_t fd = 0; fd < interests_.size(); ++fd) {
    interests_[fd].reader = interests_[fd].writer = nullptr;
    set_registered(static_cast<int>(fd), 0);
  }
  while (!waiting_.empty()) waiting_.pop_front();
  while (!ready_.empty()) ready_.pop_front();  // what dies may add others
}

// [region run]
void EventLoop::add(Coroutine<> coroutine) {
  Sleepers one;
  one.emplace();  // so that to sleep needs no memory
  ready_.push_back(
      {std::move(coroutine), nullptr, {}, one.extract(one.begin())});
  ready_.back().place = std::prev(ready_.end());
  ready_.back().alarm.mapped() = &ready_.back();
}

// [region turn]
void EventLoop::run_once() {
  check_idle();
  for (const auto& [key, events] : selector_.select(time_left())) {
    key->data(events);  // calls `on_ready`
  }
  wake_sleepers();
  is_running_ = true;
  for (auto n = ready_.size(); n > 0; --n) step(ready_.front());
  is_running_ = false;
}

void EventLoop::step(Task& task) noexcept {
  waiting_.splice(waiting_.end(), ready_, task.place);
  try {
    const Wait* wait =
        task.error ? task.coroutine.throw_in(std::exchange(task.error, nullptr))
                   : task.coroutine.next();
    if (wait) return wait_for(task, *wait);
  } catch (const std::exception& error) {
    warn_never_retrieved(error.what());
  } catch (...) {
    warn_never_retrieved("not a std::exception");
  }
  waiting_.erase(task.place);
}
// [end turn]

void EventLoop::wake(Task& task, std::exception_ptr error) noexcept {
  task.error = std::move(error);
  ready_.splice(ready_.end(), waiting_, task.place);
}
// [end run]

void EventLoop::check_idle() const {
  if (is_running_) throw RuntimeError("this event loop is already running");
}

void EventLoop::wake_sleepers() {
  if (sleepers_.empty()) return;
  const Clock::time_point now = Clock::now();
  while (!sleepers_.empty() && sleepers_.begin()->first <= now) {
    auto alarm = sleepers_.extract(sleepers_.begin());
    Task& task = *alarm.mapped();
    task.alarm = std::move(alarm);
    wake(task);
  }
}

std::optional<EventLoop::Clock::duration> EventLoop::time_left() const {
  if (!ready_.empty()) return Clock::duration::zero();
  if (sleepers_.empty()) return std::nullopt;
  const Clock::time_point now = Clock::now();
  return std::max(sleepers_.begin()->first, now) - now;  // never overflows
}

// [region wait_for]
void EventLoop::wait_for(Task& task, const Wait& wait) noexcept {
  try {
    switch (wait.what) {
      case Wait::For::reading:
        return register_wait(task, wait.fd, k_event_read);
      case Wait::For::writing:
        return register_wait(task, wait.fd, k_event_write);
      case Wait::For::time:
        task.alarm.key() = wait.until;
        sleepers_.insert(std::move(task.alarm));
    }
  } catch (...) {
    wake(task, std::current_exception());
  }
}

void EventLoop::register_wait(Task& task, int fd, Events event) {
  Interest& interest = interest_in(fd);
  if (interest.waiter(event)) {
    throw RuntimeError(named(fd) + " is already waited for");
  }
  set_registered(fd, interest.registered | event);
  interest.waiter(event) = &task;
}
// [end wait_for]

// [region on_ready]
// A watched descriptor stays registered, until something comes that nobody
// waits for: it would come again at every turn.
void EventLoop::on_ready(int fd, Events events) noexcept {
  Interest& interest = interests_[static_cast<std::size_t>(fd)];
  Events still = interest.registered;
  for (const Events event : {k_event_read, k_event_write}) {
    if (!(events & event)) continue;
    Task* waiter = std::exchange(interest.waiter(event), nullptr);
    if (!waiter || !interest.is_watched) still &= ~event;
    if (waiter) wake(*waiter);
  }
  try {
    set_registered(fd, still);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}

void EventLoop::set_registered(int fd, Events events) {
  Interest& interest = interest_in(fd);
  if (events == interest.registered) return;
  auto on_event = [this, fd](Events came) { on_ready(fd, came); };
  if (events == 0) {
    selector_.unregister(fd);
  } else if (interest.registered == 0) {
    selector_.register_(fd, events, on_event);
  } else {
    selector_.modify(fd, events, on_event);
  }
  interest.registered = events;
}
// [end on_ready]

EventLoop::Interest& EventLoop::interest_in(int fd) {
  if (fd < 0) throw ValueError(named(fd) + ": expected zero or more");
  const auto place = static_cast<std::size_t>(fd);
  if (place >= interests_.size()) interests_.resize(place + 1);
  return interests_[place];
}

// Whoever waits for it is told why not: the descriptor is to be closed, unless
// something else went wrong.
void EventLoop::give_up(int fd, const std::exception_ptr& error) noexcept {
  Interest& interest = interests_[static_cast<std::size_t>(fd)];
  set_registered(fd, 0);
  interest.is_watched = false;
  for (const Events event : {k_event_read, k_event_write}) {
    Task* waiter = std::exchange(interest.waiter(event), nullptr);
    if (waiter) wake(*waiter, error ? error : will_be_closed(fd));
  }
}

EventLoop::Watch::~Watch() {
  loop_.give_up(fd_);
}

Coroutine<> sleep(std::chrono::nanoseconds duration) {
  using Time = Wait::Clock::time_point;
  const Time now = Wait::Clock::now();
  co_await until(duration < Time::max() - now ? now + duration : Time::max());
}

}  // namespace coroutines
