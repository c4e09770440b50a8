// To hand bytes to the kernel, whatever the descriptor is.
#pragma once

#include <cstddef>
#include <span>

namespace asyncio {

/// As many of `bytes` as `fd`, a socket or a pipe that does not wait, takes
/// now: how many. Nobody at the other end is an error (EPIPE), never a SIGPIPE.
/// Throws std::system_error.
[[nodiscard]] std::size_t send_some(int fd, std::span<const std::byte> bytes);

}  // namespace asyncio
