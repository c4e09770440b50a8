#include "05_coroutines/sockets.hpp"

#include <optional>
#include <utility>

#include "05_coroutines/event_loop.hpp"
#include "common/net/accept_errors.hpp"

namespace coroutines {

// [region receive]
Coroutine<Chunk> receive(Connection& client) {
  while (!client.is_abandoned()) {
    co_await readable(client.fd());
    std::optional<Chunk> chunk = select_loop::receive(client);
    if (chunk) co_return std::move(*chunk);
  }
  co_return Chunk();
}
// [end receive]

// [region send_all]
Coroutine<> send_all(Connection& client, Chunk& chunk) {
  while (chunk) {
    if (!select_loop::send_some(client, chunk)) co_return client.abandon();
    if (chunk) co_await writable(client.fd());  // no room left: wait for it
  }
}
// [end send_all]

// [region accept]
Coroutine<Connection> accept_client(const net::Descriptor& listener,
                                    net::Log& log) {
  while (true) {
    co_await readable(listener.get());
    auto [arrival, client] = select_loop::accept_client(listener, log);
    if (client) co_return std::move(*client);
    if (arrival == select_loop::Arrival::shortage) {
      co_await sleep(net::k_shortage_pause);
    }
  }
}
// [end accept]

}  // namespace coroutines
