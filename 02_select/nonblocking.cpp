#include "02_select/nonblocking.hpp"

#include <sys/socket.h>

#include <system_error>

#include "common/net/accept_errors.hpp"
#include "common/net/system_call.hpp"

namespace select_loop {
namespace {

bool would_wait() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

// [region accept]
Accepted accept_client(const net::Descriptor& listener, net::Log& log) {
  net::Address peer;
  socklen_t size = net::Address::capacity();
  net::Descriptor socket(::accept4(listener.get(), peer.pointer(), &size,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    return {Arrival::client, Connection(std::move(socket), peer, log)};
  }
  return not_accepted(errno, log);
}

Accepted not_accepted(int error, net::Log& log) {
  const std::error_code code(error, std::generic_category());
  if (net::is_shortage(error)) {
    log.warn("clients wait to be accepted: " + code.message());
    return {Arrival::shortage, std::nullopt};
  }
  if (net::is_passing(error)) return {Arrival::nobody, std::nullopt};
  throw std::system_error(code, "accept");
}
// [end accept]

// [region receive]
std::optional<Chunk> receive(Connection& client) {
  Chunk chunk = Chunk::borrow();
  if (chunk.space().empty()) return Chunk();  // no memory: it has to go
  const ssize_t n = net::retry([&] {
    return ::recv(client.fd(), chunk.space().data(), chunk.space().size(), 0);
  });
  if (n < 0 && would_wait()) return std::nullopt;
  if (n <= 0) return Chunk();  // the end, or an error: either way it has left
  chunk.fill(static_cast<std::size_t>(n));
  client.count(static_cast<std::size_t>(n));
  return chunk;
}
// [end receive]

// [region send_some]
bool send_some(Connection& client, Chunk& chunk) {
  const auto rest = chunk.bytes();
  const ssize_t n = net::retry([&] {
    return ::send(client.fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
  });
  if (n < 0) return would_wait();
  chunk.drop_front(static_cast<std::size_t>(n));
  return true;
}
// [end send_some]

}  // namespace select_loop
