#include "common/load/epoll.hpp"

#include "common/net/system_call.hpp"

namespace load {

Epoll::Epoll() : epoll_(net::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void Epoll::add(int fd, std::uint32_t number, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.u32 = number}};
  net::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void Epoll::change(int fd, std::uint32_t number, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.u32 = number}};
  net::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event), "epoll_ctl");
}

std::span<const epoll_event> Epoll::wait(std::chrono::milliseconds at_most) {
  const int n = net::retry([&] {
    return ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                        static_cast<int>(at_most.count()));
  });
  return {events_.data(), static_cast<std::size_t>(net::checked(n, "epoll_wait"))};
}

}  // namespace load
