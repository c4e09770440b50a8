// The descriptors that a load waits for, each known by a number.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "common/net/descriptor.hpp"

namespace load {

/// Owns an epoll instance (level-triggered: what was not received is reported again).
class Epoll {
 public:
  Epoll();
  void add(int fd, std::uint32_t number, std::uint32_t events);
  void change(int fd, std::uint32_t number, std::uint32_t events);

  /// What has happened, at most 1,024 things; empty if nothing has for so long. Valid until the
  /// next call.
  [[nodiscard]] std::span<const epoll_event> wait(std::chrono::milliseconds at_most);

 private:
  net::Descriptor epoll_;
  std::array<epoll_event, 1024> events_{};
};

}  // namespace load
