#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>

namespace asyncio {

using namespace std::chrono_literals;
using selectors::Events;
using selectors::k_event_read;
using selectors::k_event_write;
using uring::Completion;

namespace {

unsigned to_poll(Events events) {
  return ((events & k_event_read) != 0 ? POLLIN : 0U) |
         ((events & k_event_write) != 0 ? POLLOUT : 0U);
}

// POLLERR and POLLHUP count as both; so does a failure, such as a descriptor
// that is closed.
Events from_poll(int result) {
  if (result < 0) return k_event_read | k_event_write;
  return ((result & ~POLLOUT) != 0 ? k_event_read : 0) |
         ((result & ~POLLIN) != 0 ? k_event_write : 0);
}

}  // namespace

/// A registration.
class UringSelector::Poll final : public Request {
 public:
  Poll(UringSelector& owner, int fd, Events events) noexcept
      : owner_(owner), fd_(fd), events_(events) {}

  /// Its place: in a list, which is due_ at first.
  void set_place(Polls::iterator place) noexcept {
    place_ = place;
    list_ = &owner_.due_;
  }
  void move_to(Polls& list) noexcept {
    list.splice(list.end(), *list_, place_);
    list_ = &list;
  }
  void erase() noexcept { list_->erase(place_); }

  void start() {
    io_uring_sqe& request = owner_.proactor_.start(*this);
    request.opcode = IORING_OP_POLL_ADD;
    request.fd = fd_;
    request.poll32_events = to_poll(events_);
  }
  [[nodiscard]] selectors::Report report() const noexcept {
    return {fd_, came_};
  }

  /// It takes the place of another one of this descriptor, whose end may not
  /// have been handed over.
  void replace(const Poll& other) noexcept { replaces_ = other.is_known(); }
  /// Whether the kernel knows of its descriptor by it or by another one.
  [[nodiscard]] bool is_known() const noexcept {
    return is_under_way() || replaces_;
  }

 private:
  void on_complete(const Completion& completion) noexcept override {
    if (is_given_up()) return erase();
    came_ = from_poll(completion.result);
    move_to(owner_.ready_);
  }

  UringSelector& owner_;
  int fd_;
  Events events_;
  Events came_ = 0;
  bool replaces_ = false;
  Polls* list_ = nullptr;
  Polls::iterator place_;
};

UringSelector::UringSelector() = default;
UringSelector::~UringSelector() = default;

void UringSelector::add(int fd, Events events) {
  const auto place = static_cast<std::size_t>(fd);
  if (place >= by_fd_.size()) by_fd_.resize(place + 1);
  poll_of(fd) = due_.emplace(due_.end(), *this, fd, events);
  poll_of(fd)->set_place(poll_of(fd));
}

void UringSelector::change(int fd, Events events) {
  const auto before = poll_of(fd);
  add(fd, events);
  poll_of(fd)->replace(*before);
  drop(before);
}

// Without the flush a descriptor that is closed now would stay open.
void UringSelector::remove(int fd) noexcept {
  const bool is_known = poll_of(fd)->is_known();
  drop(poll_of(fd));
  if (is_known) proactor_.flush();
}

void UringSelector::drop(Polls::iterator poll) noexcept {
  if (!poll->is_under_way()) return poll->erase();
  proactor_.give_up(*poll);
  poll->move_to(dropped_);
}

// [region wait]
void UringSelector::wait(Timeout timeout,
                         std::vector<selectors::Report>& reports) {
  start_all();
  turn_until_reports(timeout);
  report(reports);
}

void UringSelector::start_all() {
  while (!due_.empty()) {
    Poll& poll = due_.front();
    poll.start();
    poll.move_to(waiting_);
  }
}

// A turn may bring nothing but the ends of what was cancelled: then there is
// another one, if there is time left.
void UringSelector::turn_until_reports(Timeout timeout) {
  using Clock = std::chrono::steady_clock;
  const bool has_end = timeout && *timeout > 0ns;
  const auto begin = has_end ? Clock::now() : Clock::time_point();
  uring::Timeout left = timeout;
  while (proactor_.turn(left) == Proactor::Brought::leftovers && left != 0ns) {
    if (has_end) left = std::max(*timeout - (Clock::now() - begin), 0ns);
  }
}

// What is ready goes on being ready until the next turn says something else.
void UringSelector::report(std::vector<selectors::Report>& reports) noexcept {
  while (!ready_.empty()) {
    Poll& poll = ready_.front();
    if (reports.size() < reports.capacity()) reports.push_back(poll.report());
    poll.move_to(due_);
  }
}
// [end wait]

}  // namespace asyncio
