// The selector on epoll(7): the kernel keeps the set, and reports only those
// that are ready.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace selectors {
namespace {

std::uint32_t to_epoll(Events events) {
  return ((events & k_event_read) != 0 ? EPOLLIN : 0U) |
         ((events & k_event_write) != 0 ? EPOLLOUT : 0U);
}

// EPOLLERR and EPOLLHUP count as both.
Events from_epoll(std::uint32_t came) {
  return ((came & ~EPOLLOUT) != 0 ? k_event_read : 0) |
         ((came & ~EPOLLIN) != 0 ? k_event_write : 0);
}

class EpollSelector final : public Selector {
  void add(int fd, Events events) override {
    control(EPOLL_CTL_ADD, fd, events);
  }

  void change(int fd, Events events) override {
    control(EPOLL_CTL_MOD, fd, events);
  }

  // A closed descriptor has left the kernel's set already: no error to report.
  void remove(int fd) noexcept override {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  }

  void control(int operation, int fd, Events events) {
    epoll_event event{.events = to_epoll(events), .data = {.fd = fd}};
    net::checked(::epoll_ctl(epoll_.get(), operation, fd, &event), "epoll_ctl");
  }

  // [region wait]
  void wait(Timeout timeout, std::vector<Report>& reports) override {
    const int most =
        static_cast<int>(std::min(came_.size(), reports.capacity()));
    const int n = ::epoll_wait(epoll_.get(), came_.data(), most,
                               in_milliseconds(timeout));
    if (n < 0 && errno == EINTR) return;
    net::checked(n, "epoll_wait");
    for (int i = 0; i < n; ++i) {
      const epoll_event& event = came_[static_cast<std::size_t>(i)];
      reports.push_back({event.data.fd, from_epoll(event.events)});
    }
  }
  // [end wait]

  net::Descriptor epoll_{
      net::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  // More than these at once wait for the next call, in turn.
  std::array<epoll_event, 512> came_{};
};

}  // namespace

std::unique_ptr<Selector> epoll_selector() {
  return std::make_unique<EpollSelector>();
}

}  // namespace selectors
