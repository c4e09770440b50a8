#include "06_tasks_futures/asyncio/proactor/completed_sockets.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <exception>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "common/net/accept_errors.hpp"

namespace asyncio {

using select_loop::Arrival;

namespace {

/// The client's connection, unless it has left already.
std::optional<Connection> welcome(net::Descriptor socket, net::Log& log) {
  net::Address peer;
  socklen_t size = net::Address::capacity();
  if (::getpeername(socket.get(), peer.pointer(), &size) != 0) {
    return std::nullopt;
  }
  return Connection(std::move(socket), peer, log);
}

// The kernel takes a descriptor for a client before it looks for one.
bool concerns_nobody(int error, const net::Descriptor& listener) {
  pollfd clients{.fd = listener.get(), .events = POLLIN, .revents = 0};
  return net::is_shortage(error) && ::poll(&clients, 1, 0) == 0;
}

}  // namespace

void CompletedSockets::keep(int fd) {
  others_.keep(fd);
  if (kept_.is_kept(fd)) return;
  kept_.keep(fd);
  descriptors_.count_others(1);
}

void CompletedSockets::release(int fd) noexcept {
  if (kept_.is_kept(fd)) descriptors_.count_others(-1);
  kept_.release(fd);
  others_.release(fd);
}

// Out of memory, the client has to go, as on any loop.
std::optional<Chunk> CompletedSockets::receive(Connection& client) noexcept {
  if (!kept_.is_kept(client.fd())) return others_.receive(client);
  try {
    std::optional<Inflow::Taken> received = kept_.inflow(client.fd()).take();
    if (!received) return std::nullopt;
    client.count(received->chunk.bytes().size());
    return std::move(received->chunk);
  } catch (const std::exception&) {
    return Chunk();
  }
}

// The first call begins it, the next one says what it came to.
bool CompletedSockets::send_some(Connection& client, Chunk& chunk) noexcept {
  if (!kept_.is_kept(client.fd())) return others_.send_some(client, chunk);
  try {
    Outflow& outflow = kept_.outflow(client.fd());
    if (outflow.is_idle()) {
      outflow.begin(chunk.bytes());
      return true;
    }
    if (!outflow.sends(chunk.bytes())) return true;  // somebody else is first
    const std::optional<Outflow::Sent> sent = outflow.take();
    if (!sent) return true;
    chunk.drop_front(sent->n);
    return sent->error == 0;
  } catch (const std::exception&) {
    return false;
  }
}

select_loop::Accepted CompletedSockets::accept_client(
    const net::Descriptor& listener, net::Log& log) {
  if (!kept_.is_kept(listener.get())) {
    return others_.accept_client(listener, log);
  }
  Arrivals& arrivals = kept_.arrivals(listener.get());
  while (std::optional<Arrivals::Taken> taken = arrivals.take()) {
    if (!taken->socket) {
      if (concerns_nobody(taken->error, listener)) {
        return {Arrival::shortage, std::nullopt};
      }
      return select_loop::not_accepted(taken->error, log);
    }
    auto client = welcome(std::move(taken->socket), log);
    if (client) return {Arrival::client, std::move(client)};
  }
  return {Arrival::nobody, std::nullopt};
}

void CompletedSockets::wait(int fd, Call call, Waiter& waiter) {
  if (!kept_.is_kept(fd)) return others_.wait(fd, call, waiter);
  switch (call) {
    case Call::receive: return wait(kept_.inflow(fd), fd, waiter);
    case Call::accept: return wait(kept_.arrivals(fd), fd, waiter);
    case Call::send: return wait(kept_.outflow(fd), fd, waiter);
  }
}

std::size_t CompletedSockets::stop(int fd, Call call,
                                   const Waiter& waiter) noexcept {
  if (!kept_.is_kept(fd)) return others_.stop(fd, call, waiter);
  switch (call) {
    case Call::receive: kept_.inflow(fd).stop_waiting(waiter); break;
    case Call::accept: kept_.arrivals(fd).stop_waiting(waiter); break;
    case Call::send: return kept_.outflow(fd).stop(waiter);
  }
  return 0;
}

}  // namespace asyncio
