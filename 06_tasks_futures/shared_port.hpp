// Several sockets that listen on one address, one for each loop.
#pragma once

#include <vector>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// `n` sockets that listen where `first` does: `first`, which listens already,
/// and others like it. The kernel gives each client to one of them, by a hash
/// of its address and port and of ours (SO_REUSEPORT, socket(7)). To close one
/// resets those who wait in its queue. Throws std::system_error:
/// `cannot listen on 127.0.0.1:5000: Too many open files`.
[[nodiscard]] std::vector<net::Descriptor> share_port(net::Descriptor first,
                                                      int n);

}  // namespace asyncio
