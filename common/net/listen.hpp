// From an address to a socket that clients can connect to: socket, bind,
// listen.
#pragma once

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace net {

/// A blocking TCP socket that listens on `address`, closed on exec, with the
/// longest backlog the system allows. A restart finds its port free even while
/// old connections linger (SO_REUSEADDR, socket(7)). What it accepts inherits
/// two options: small answers leave at once (TCP_NODELAY), and a peer that
/// vanished is noticed in the end (SO_KEEPALIVE). Throws std::system_error with
/// the reason: `Address already in use`.
[[nodiscard]] Descriptor listen_on(const Address& address);

/// Makes calls on `fd` return EAGAIN instead of waiting (fcntl(2), O_NONBLOCK).
void set_nonblocking(int fd);

}  // namespace net
