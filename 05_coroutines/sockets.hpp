// Chapter 1's calls, as coroutines: each waits where those waited, and only the
// caller waits with it.
#pragma once

#include "02_select/nonblocking.hpp"
#include "05_coroutines/coroutine.hpp"

namespace coroutines {

using net::Chunk;
using net::Connection;

/// Waits until `client` sends something and gives what came, up to 64 KiB.
/// Empty at the end of the stream, and when the client is gone. Throws what the
/// loop throws if it cannot wait for it.
Coroutine<Chunk> receive(Connection& client);

/// Waits until all of `chunk` has been handed to the kernel. If the client is
/// gone it abandons the connection, so that the next `receive` gives the end.
Coroutine<> send_all(Connection& client, Chunk& chunk);

/// Waits for the next client. While descriptors or memory are short it leaves
/// them waiting and looks again a little later. Throws std::system_error for
/// what is no client's doing.
Coroutine<Connection> accept_client(const net::Descriptor& listener,
                                    net::Log& log);

}  // namespace coroutines
