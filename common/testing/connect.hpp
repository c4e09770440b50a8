// A client for a test's listening socket.
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

}  // namespace tests
