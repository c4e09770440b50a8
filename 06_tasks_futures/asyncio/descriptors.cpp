#include "06_tasks_futures/asyncio/descriptors.hpp"

#include <fcntl.h>

#include <new>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {

using selectors::k_event_read;
using selectors::k_event_write;

namespace {

const std::exception_ptr k_no_error;

std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

}  // namespace

// Of what is waited for once, only the first is told.
Descriptors::Waiter* Descriptors::Interest::take(Event event) noexcept {
  Waiter*& place = waiter(event);
  if ((once & event) == 0) return place;
  once &= static_cast<std::uint8_t>(~event);
  return std::exchange(place, nullptr);
}

std::exception_ptr Descriptors::will_be_closed(int fd) noexcept {
  try {
    throw RuntimeError(named(fd) + " is waited for and will be closed");
  } catch (...) {
    return std::current_exception();
  }
}

RuntimeError Descriptors::already_waited_for(int fd) {
  return RuntimeError(named(fd) + " is already waited for");
}

void Descriptors::wait(int fd, Event event, Waiter& waiter) {
  Interest& interest = interest_in(fd);
  if (interest.waiter(event)) throw already_waited_for(fd);
  set_registered(fd, interest, interest.registered | event);
  interest.waiter(event) = &waiter;
  interest.once |= static_cast<std::uint8_t>(event);
}

void Descriptors::set(int fd, Event event, Waiter& waiter) {
  Interest& interest = interest_in(fd);
  if ((interest.once & event) != 0) throw already_waited_for(fd);
  set_registered(fd, interest, interest.registered | event);
  interest.waiter(event) = &waiter;
}

void Descriptors::remove(int fd, Event event, const Waiter& waiter) noexcept {
  if (!is_known(fd)) return;
  Interest& interest = interests_[index(fd)];
  if (interest.waiter(event) != &waiter) return;
  interest.waiter(event) = nullptr;
  interest.once &= static_cast<std::uint8_t>(~event);
  if (interest.is_kept) return;
  try {
    set_registered(fd, interest, interest.registered & ~event);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}

void Descriptors::release(int fd) noexcept {
  give_up(fd, nullptr);
}

// [region poll]
void Descriptors::poll(std::optional<std::chrono::nanoseconds> timeout) {
  reports_.clear();
  make_room();
  poller_.wait(timeout, reports_);
  for (const auto& [fd, events] : reports_) on_ready(fd, events);
}

// What comes without anybody waiting for it would come again in every turn: it
// is not asked for until somebody does. What was waited for once is kept in the
// kernel's set if its descriptor is. Who is told may have closed it by then.
void Descriptors::on_ready(int fd, Event events) noexcept {
  Event unwanted = 0;
  for (const Event event : {k_event_read, k_event_write}) {
    Interest& interest = interests_[index(fd)];
    if ((events & interest.registered & event) == 0) continue;
    const bool stays = interest.is_kept || (interest.once & event) == 0;
    Waiter* const waiter = interest.take(event);
    if (!waiter || !stays) unwanted |= event;
    if (waiter) waiter->on_ready(k_no_error);
  }
  if (unwanted == 0) return;
  Interest& interest = interests_[index(fd)];
  try {
    set_registered(fd, interest, interest.registered & ~unwanted);
  } catch (...) {
    give_up(fd, std::current_exception());
  }
}
// [end poll]

// If there is no memory, fewer at a time will do.
void Descriptors::make_room() noexcept {
  try {
    reports_.reserve(interests_.capacity());
  } catch (const std::bad_alloc&) {
  }
}

void Descriptors::set_registered(int fd, Interest& interest, Event events) {
  const Event before = interest.registered;
  if (events == before) return;
  if (events == 0) {
    poller_.remove(fd);
    --watched_;
  } else if (before == 0) {
    poller_.add(fd, events);
    ++watched_;
  } else {
    poller_.change(fd, events);
  }
  interest.registered = static_cast<std::uint8_t>(events);
}

Descriptors::Interest& Descriptors::new_interest_in(int fd) {
  if (fd < 0) throw ValueError(named(fd) + ": expected zero or more");
  // The kernel gives the lowest: is there one that is so much higher?
  const bool is_far = index(fd) / 2 > interests_.size() + 1024;
  if (is_far) net::checked(::fcntl(fd, F_GETFD), "fcntl");
  interests_.resize(index(fd) + 1);
  return interests_[index(fd)];
}

// Whoever waits for it is told why not: the descriptor is to be closed, unless
// something else went wrong.
void Descriptors::give_up(int fd, const std::exception_ptr& error) noexcept {
  if (!is_known(fd)) return;
  Interest& interest = interests_[index(fd)];
  set_registered(fd, interest, 0);
  const Interest before = std::exchange(interest, Interest());
  for (Waiter* waiter : {before.reader, before.writer}) {
    if (waiter) waiter->on_ready(error ? error : will_be_closed(fd));
  }
}

}  // namespace asyncio
