#include "05_coroutines/event_loop.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
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

// What dies may add others.
EventLoop::~EventLoop() {
  wake_all();
  while (!ready_.empty()) {
    turn_.swap(ready_);
    for (std::size_t i = 0; i < turn_.size(); ++i) {
      const Task dying = std::move(turn_[i]);
    }
    turn_.clear();
  }
}

// [region run]
void EventLoop::add(Coroutine<> coroutine) {
  make_room(n_coroutines_ + 1);
  wake(std::move(coroutine));
  ++n_coroutines_;
}

// For everybody in each place, so that to wake and to sleep needs no memory.
void EventLoop::make_room(std::size_t n) {
  if (n <= sleepers_.capacity()) return;
  ready_.reserve(2 * n);
  turn_.reserve(2 * n);
  sleepers_.reserve(2 * n);
}

// [region turn]
void EventLoop::run_once() {
  check_idle();
  for (const auto& [key, events] : selector_.select(time_left())) {
    key->data(events);  // calls `on_ready`
  }
  wake_sleepers();
  is_running_ = true;
  turn_.swap(ready_);
  // By index: whoever runs may `add` others, and then `turn_` grows.
  for (std::size_t i = 0; i < turn_.size(); ++i) step(std::move(turn_[i]));
  turn_.clear();
  is_running_ = false;
}

void EventLoop::step(Task task) noexcept {
  Coroutine<>& coroutine = task.coroutine;
  try {
    const Wait* wait = task.error ? coroutine.throw_in(std::move(task.error))
                                  : coroutine.next();
    if (wait) return wait_for(std::move(coroutine), *wait);
  } catch (const std::exception& error) {
    warn_never_retrieved(error.what());
  } catch (...) {
    warn_never_retrieved("not a std::exception");
  }
  --n_coroutines_;
}
// [end turn]

void EventLoop::wake(Coroutine<> coroutine, std::exception_ptr error) noexcept {
  ready_.push_back({std::move(coroutine), std::move(error)});
}
// [end run]

void EventLoop::check_idle() const {
  if (is_running_) throw RuntimeError("this event loop is already running");
}

void EventLoop::wake_sleepers() {
  if (sleepers_.empty()) return;
  const Clock::time_point now = Clock::now();
  while (!sleepers_.empty() && sleepers_.front().until.first <= now) {
    std::ranges::pop_heap(sleepers_, std::greater<>(), &Sleeper::until);
    wake(std::move(sleepers_.back().coroutine));
    sleepers_.pop_back();
  }
}

void EventLoop::wake_all() noexcept {
  for (std::size_t fd = 0; fd < interests_.size(); ++fd) {
    Interest& interest = interests_[fd];
    set_registered(interest, static_cast<int>(fd), 0);
    if (interest.is_awaited(k_event_read)) wake(std::move(interest.reader));
    if (interest.is_awaited(k_event_write)) wake(std::move(interest.writer));
  }
  for (Sleeper& sleeper : sleepers_) wake(std::move(sleeper.coroutine));
  sleepers_.clear();
}

std::optional<EventLoop::Clock::duration> EventLoop::time_left() const {
  if (!ready_.empty()) return Clock::duration::zero();
  if (sleepers_.empty()) return std::nullopt;
  const Clock::time_point now = Clock::now();
  return std::max(sleepers_.front().until.first, now) - now;  // no overflow
}

// [region wait_for]
void EventLoop::wait_for(Coroutine<> coroutine, const Wait& wait) noexcept {
  try {
    switch (wait.what) {
      case Wait::For::reading:
        return register_wait(coroutine, wait.fd, k_event_read);
      case Wait::For::writing:
        return register_wait(coroutine, wait.fd, k_event_write);
      case Wait::For::time:
        sleepers_.push_back({{wait.until, n_sleeps_++}, std::move(coroutine)});
        std::ranges::push_heap(sleepers_, std::greater<>(), &Sleeper::until);
    }
  } catch (...) {
    wake(std::move(coroutine), std::current_exception());
  }
}

void EventLoop::register_wait(Coroutine<>& coroutine, int fd, Events event) {
  Interest& interest = interest_in(fd);
  if (interest.is_awaited(event)) {
    throw RuntimeError(named(fd) + " is already waited for");
  }
  set_registered(interest, fd, interest.registered | event);
  interest.waiter(event) = std::move(coroutine);
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
    const bool is_awaited = interest.is_awaited(event);
    if (!is_awaited || !interest.is_watched) still &= ~event;
    if (is_awaited) wake(std::move(interest.waiter(event)));
  }
  try {
    set_registered(interest, fd, still);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}

void EventLoop::set_registered(Interest& interest, int fd, Events events) {
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
  set_registered(interest, fd, 0);
  interest.is_watched = false;
  for (const Events event : {k_event_read, k_event_write}) {
    if (!interest.is_awaited(event)) continue;
    wake(std::move(interest.waiter(event)), error ? error : will_be_closed(fd));
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
