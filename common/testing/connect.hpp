// Clients for a test's listening socket.
#pragma once

#include <sys/socket.h>

#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace tests {

/// Its calls wait. Throws std::system_error.
inline net::Descriptor connect_to(const net::Descriptor& listener) {
  const net::Address server = net::local_address(listener.get());
  net::Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  net::checked(::connect(client.get(), server.pointer(), server.size()), "connect");
  return client;
}

/// Closes it so that its peer gets a reset (socket(7), SO_LINGER).
inline void reset(net::Descriptor client) {
  const linger no_time{1, 0};
  net::checked(::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time),
               "setsockopt");
}

}  // namespace tests
