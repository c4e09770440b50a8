#include "01_blocking/handler.hpp"

#include <sys/socket.h>

#include "common/net/system_call.hpp"

namespace blocking {
namespace {

// [region wait]
// Waits without a buffer, so that ten thousand idle clients do not hold ten
// thousand buffers.
void wait_until_readable(const Connection& client) {
  std::byte first{};
  net::retry([&] { return ::recv(client.fd(), &first, 1, MSG_PEEK); });
}
// [end wait]

}  // namespace

// [region receive]
Chunk receive(Connection& client) {
  if (client.is_abandoned()) return {};
  wait_until_readable(client);
  Chunk chunk = Chunk::borrow();
  if (chunk.space().empty()) return {};  // no memory: it has to go
  const ssize_t n = net::retry([&] {
    return ::recv(client.fd(), chunk.space().data(), chunk.space().size(), 0);
  });
  if (n <= 0) return {};  // the end, or an error: either way it has left
  chunk.fill(static_cast<std::size_t>(n));
  client.count(static_cast<std::size_t>(n));
  return chunk;
}
// [end receive]

// [region send_all]
void send_all(Connection& client, const Chunk& chunk) {
  for (auto rest = chunk.bytes(); !rest.empty();) {
    const ssize_t n = net::retry([&] {
      return ::send(client.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
    });
    if (n < 0) return client.abandon();
    rest = rest.subspan(static_cast<std::size_t>(n));
  }
}
// [end send_all]

// [region echo]
void echo(Connection& client) {
  while (Chunk chunk = receive(client)) send_all(client, chunk);
}
// [end echo]

}  // namespace blocking
