// Chapter 1's three calls on sockets that do not wait: each does what can be
// done now, and says so when that is nothing.
#pragma once

#include <optional>

#include "common/net/chunk.hpp"
#include "common/net/connection.hpp"

namespace select_loop {

using net::Chunk;
using net::Connection;

/// What accept_client found.
enum class Arrival {
  client,    ///< a client, accepted
  nobody,    ///< nobody waits any more, or the one who did has left
  shortage,  ///< no descriptor or memory for one more; the client goes on
             ///< waiting
};

/// What accept_client found, and the client if it is one.
struct Accepted {
  Arrival arrival;
  std::optional<Connection> client;
};

/// Takes the next waiting client, if there is one (accept4(2)); its connection
/// does not block. Neither may `listener`: the client that made it readable may
/// have left. Throws std::system_error for what is no client's doing.
[[nodiscard]] Accepted accept_client(const net::Descriptor& listener,
                                     net::Log& log);

/// What it means that nobody was accepted, given errno: nobody or a shortage,
/// which the log is told of. Throws std::system_error for anything else.
[[nodiscard]] Accepted not_accepted(int error, net::Log& log);

/// What `client` has sent by now, up to 64 KiB (recv(2)). No value: nothing
/// yet, a recv would wait. Empty: the end of the stream, or the client is gone.
[[nodiscard]] std::optional<Chunk> receive(Connection& client);

/// Hands to the kernel as much of `chunk` as it takes now (send(2)); what it
/// did not take stays in `chunk`. False if the client is gone.
[[nodiscard]] bool send_some(Connection& client, Chunk& chunk);

}  // namespace select_loop
