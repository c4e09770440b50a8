// The selector on poll(2): an array of descriptors, walked at every call.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/system_call.hpp"

namespace selectors {
namespace {

short to_poll(Events events) {
  return static_cast<short>(((events & k_event_read) != 0 ? POLLIN : 0) |
                            ((events & k_event_write) != 0 ? POLLOUT : 0));
}

// POLLERR, POLLHUP and POLLNVAL count as both.
Events from_poll(short came) {
  return ((came & ~POLLOUT) != 0 ? k_event_read : 0) |
         ((came & ~POLLIN) != 0 ? k_event_write : 0);
}

class PollSelector final : public Selector {
  void add(int fd, Events events) override {
    places_[fd] = polled_.size();
    polled_.push_back({.fd = fd, .events = to_poll(events), .revents = 0});
  }

  void change(int fd, Events events) override {
    polled_[places_.at(fd)].events = to_poll(events);
  }

  // The last one moves into the gap.
  void remove(int fd) noexcept override {
    const auto gap = places_.find(fd);
    polled_[gap->second] = polled_.back();
    places_[polled_.back().fd] = gap->second;
    polled_.pop_back();
    places_.erase(gap);
  }

  void wait(Timeout timeout, std::vector<Report>& reports) override {
    const int n =
        ::poll(polled_.data(), polled_.size(), in_milliseconds(timeout));
    if (n < 0 && errno == EINTR) return;
    net::checked(n, "poll");
    const std::size_t most =
        std::min(static_cast<std::size_t>(n), reports.capacity());
    for (const pollfd& polled : polled_) {
      if (reports.size() == most) return;
      if (polled.revents == 0) continue;
      reports.push_back({polled.fd, from_poll(polled.revents)});
    }
  }

  std::vector<pollfd> polled_;
  std::unordered_map<int, std::size_t> places_;  // in polled_, by descriptor
};

}  // namespace

std::unique_ptr<Selector> poll_selector() {
  return std::make_unique<PollSelector>();
}

}  // namespace selectors
