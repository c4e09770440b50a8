// A connection of the load generator to the server, and what to call its troubles.
#pragma once

#include <chrono>
#include <string>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace load {

/// How long nothing may happen before we give up.
using Patience = std::chrono::milliseconds;
inline constexpr Patience k_patience{5'000};

/// `5 s`, `0.2 s`.
[[nodiscard]] std::string to_string(Patience patience);

/// Connects a socket that never blocks and that sends small messages at once. Throws
/// std::runtime_error: `connection 3 was refused`.
[[nodiscard]] net::Descriptor connect_to(const net::Address& server, const std::string& name,
                                         Patience patience);

/// Lets close reset the connection: when the server is gone, thousands of them would otherwise
/// leave something behind in the kernel.
void reset_when_closed(int fd);

/// Throws what a failed call means, `error` being its errno: `connection 3 was reset` and the like.
[[noreturn]] void fail(const std::string& name, int error);
[[noreturn]] void fail_unanswered(const std::string& name, Patience patience);

}  // namespace load
