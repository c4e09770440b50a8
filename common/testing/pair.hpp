// Two connected sockets that don't wait, and what a test does to make one of
// them ready, or not.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "common/net/socket_pair.hpp"

namespace tests {

/// The test's subject waits for `here`.
struct Pair : net::SocketPair {
  Pair() : SocketPair(SOCK_NONBLOCK) {}

  [[nodiscard]] int fd() const { return here.get(); }

  void write_from_there() const { ASSERT_EQ(::write(there.get(), "x", 1), 1); }
  void read_here() const {
    char c = 0;
    ASSERT_EQ(::read(fd(), &c, 1), 1);
  }

  /// Until there is no room left for `here` to write.
  void fill() const {
    const std::array<char, 4096> bytes{};
    while (::write(fd(), bytes.data(), bytes.size()) > 0) {
    }
  }
  /// Until there is room again.
  void drain() const {
    std::array<char, 4096> bytes{};
    while (::read(there.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
};

}  // namespace tests
