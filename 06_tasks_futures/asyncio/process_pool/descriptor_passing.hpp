// Descriptors on their way to another process.
#pragma once

#include <array>
#include <optional>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// Sends copies of two descriptors through the Unix stream `socket`: unix(7),
/// SCM_RIGHTS. Any thread. Throws std::system_error.
void send_descriptors(const net::Descriptor& socket,
                      const std::array<int, 2>& descriptors);

/// Waits for what the other end sends; nothing at its end. Descriptors for
/// which there was no room in this process are empty.
[[nodiscard]] std::optional<std::array<net::Descriptor, 2>> receive_descriptors(
    const net::Descriptor& socket);

}  // namespace asyncio
