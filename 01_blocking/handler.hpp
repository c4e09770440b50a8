// The echo handler, and the two calls it is made of. Each of the two waits:
// recv until the client has said something, send until there is room for the
// answer. Every later chapter changes where it waits.
#pragma once

#include "common/net/chunk.hpp"
#include "common/net/connection.hpp"

namespace blocking {

using net::Chunk;
using net::Connection;

/// Waits until `client` sends something and gives what came, up to 64 KiB
/// (recv(2)). Empty at the end of the stream, and when the client is gone: that
/// is no error of ours.
[[nodiscard]] Chunk receive(Connection& client);

/// Waits until all of `chunk` has been handed to the kernel (send(2)). If the
/// client is gone it abandons the connection, so that the next `receive` gives
/// the end.
void send_all(Connection& client, const Chunk& chunk);

/// Sends back whatever `client` sends, until it stops.
void echo(Connection& client);

}  // namespace blocking
