// Waiting for the next client, which is the first call of this book that waits.
#pragma once

#include <optional>

#include "common/net/connection.hpp"

namespace blocking {

/// Waits for a client and gives its connection (accept(2)). Nothing once the
/// listener has been shut down: the server is to stop. While the process is
/// short of descriptors, clients wait in the kernel's queue and it tries again
/// fifty times a second. Throws std::system_error for what is no client's
/// doing.
[[nodiscard]] std::optional<net::Connection> accept_client(
    const net::Descriptor& listener, net::Log& log);

}  // namespace blocking
