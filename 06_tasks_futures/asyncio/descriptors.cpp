#include "06_tasks_futures/asyncio/descriptors.hpp"

#include <fcntl.h>

#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {

using selectors::k_event_read;
using selectors::k_event_write;

namespace {

std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

RuntimeError already_waited_for(int fd) {
  return RuntimeError(named(fd) + " is already waited for");
}

std::exception_ptr will_be_closed(int fd) noexcept {
  try {
    throw RuntimeError(named(fd) + " is waited for and will be closed");
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

void Descriptors::wait(int fd, Event event, Waiter& waiter) {
  if (interest_in(fd).slot(event).waiter) throw already_waited_for(fd);
  put(fd, event, waiter, true);
}

void Descriptors::set(int fd, Event event, Waiter& waiter) {
  if (interest_in(fd).slot(event).is_once) throw already_waited_for(fd);
  put(fd, event, waiter, false);
}

void Descriptors::put(int fd, Event event, Waiter& waiter, bool is_once) {
  Interest& interest = interest_in(fd);
  set_registered(fd, interest.registered | event);
  interest.slot(event) = {&waiter, is_once};
}

void Descriptors::remove(int fd, Event event, const Waiter& waiter) noexcept {
  if (fd < 0 || static_cast<std::size_t>(fd) >= interests_.size()) return;
  Interest& interest = interests_[static_cast<std::size_t>(fd)];
  Slot& slot = interest.slot(event);
  if (slot.waiter != &waiter) return;
  slot = {};
  if (interest.is_kept) return;
  try {
    set_registered(fd, interest.registered & ~event);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}

void Descriptors::release(int fd) noexcept {
  give_up(fd, nullptr);
}

void Descriptors::poll(std::optional<std::chrono::nanoseconds> timeout) {
  for (const auto& [key, events] : selector_->select(timeout)) {
    key->data(events);
  }
}

// What comes without anybody waiting for it would come again in every turn: it
// is not asked for until somebody does. What was waited for once is kept in the
// selector if its descriptor is. Who is told may have closed it by then.
void Descriptors::on_ready(int fd, Event events) noexcept {
  Interest& interest = interests_[static_cast<std::size_t>(fd)];
  Event unwanted = 0;
  for (const Event event : {k_event_read, k_event_write}) {
    if (!(events & event)) continue;
    Slot& slot = interest.slot(event);
    Waiter* waiter = slot.waiter;
    if (!waiter || (slot.is_once && !interest.is_kept)) unwanted |= event;
    if (slot.is_once) slot = {};
    if (waiter) waiter->on_ready(nullptr);
  }
  try {
    set_registered(fd, interest.registered & ~unwanted);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}

void Descriptors::set_registered(int fd, Event events) {
  Interest& interest = interest_in(fd);
  const Event before = interest.registered;
  if (events == before) return;
  auto on_event = [this, fd](Event came) { on_ready(fd, came); };
  if (events == 0) {
    selector_->unregister(fd);
    --registered_;
  } else if (before == 0) {
    selector_->register_(fd, events, on_event);
    ++registered_;
  } else {
    selector_->modify(fd, events, on_event);
  }
  interest.registered = events;
}

Descriptors::Interest& Descriptors::interest_in(int fd) {
  if (fd < 0) throw ValueError(named(fd) + ": expected zero or more");
  const auto place = static_cast<std::size_t>(fd);
  if (place >= interests_.size()) {
    // The kernel gives the lowest: is there one that is so much higher?
    const bool is_far = place / 2 > interests_.size() + 1024;
    if (is_far) net::checked(::fcntl(fd, F_GETFD), "fcntl");
    interests_.resize(place + 1);
  }
  return interests_[place];
}

// Whoever waits for it is told why not: the descriptor is to be closed, unless
// something else went wrong.
void Descriptors::give_up(int fd, const std::exception_ptr& error) noexcept {
  if (static_cast<std::size_t>(fd) >= interests_.size()) return;
  Interest& interest = interests_[static_cast<std::size_t>(fd)];
  set_registered(fd, 0);
  interest.is_kept = false;
  for (const Event event : {k_event_read, k_event_write}) {
    Waiter* waiter = std::exchange(interest.slot(event), Slot()).waiter;
    if (waiter) waiter->on_ready(error ? error : will_be_closed(fd));
  }
}

}  // namespace asyncio
