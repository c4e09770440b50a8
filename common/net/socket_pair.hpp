// Two connected sockets within one process: a client and its other end, for
// tests, benchmarks and examples that need no network.
#pragma once

#include <sys/socket.h>

#include <array>

#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace net {

/// What is written to one end is read from the other (socketpair(2)).
struct SocketPair {
  /// `flags` may be SOCK_NONBLOCK, for both ends. Throws std::system_error.
  explicit SocketPair(int flags = 0) {
    std::array<int, 2> fds{};
    const int type = SOCK_STREAM | SOCK_CLOEXEC | flags;
    checked(::socketpair(AF_UNIX, type, 0, fds.data()), "socketpair");
    here = Descriptor(fds[0]);
    there = Descriptor(fds[1]);
  }

  Descriptor here;
  Descriptor there;
};

}  // namespace net
