// Names of hosts, looked up while the loop goes on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "common/net/address.hpp"

namespace asyncio {

/// The addresses of `host`, a numeric address or a name, in the order in which
/// they are to be tried. A name is looked up in one of the loop's threads
/// (getaddrinfo(3)). Cancelled, it stops waiting. Throws std::system_error:
/// `no.invalid: Name or service not known`.
Coroutine<std::vector<net::Address>> getaddrinfo(std::string host,
                                                 std::uint16_t port);

}  // namespace asyncio
