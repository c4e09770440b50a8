#include "06_tasks_futures/asyncio/proactor/completed_sockets.hpp"

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
select_loop::Accepted welcome(net::Descriptor socket, net::Log& log) {
  net::Address peer;
  socklen_t size = net::Address::capacity();
  if (::getpeername(socket.get(), peer.pointer(), &size) != 0) {
    return {Arrival::nobody, std::nullopt};
  }
  return {Arrival::client, Connection(std::move(socket), peer, log)};
}

select_loop::Accepted refuse(int error, net::Log& log) {
  const std::error_code code(error, std::generic_category());
  if (net::is_shortage(error)) {
    log.warn("clients wait to be accepted: " + code.message());
    return {Arrival::shortage, std::nullopt};
  }
  if (net::is_passing(error)) return {Arrival::nobody, std::nullopt};
  throw std::system_error(code, "accept");
}

}  // namespace

void CompletedSockets::keep(int fd) {
  others_.keep(fd);
  if (kept_.is_kept(fd)) return;
  kept_.keep(fd);
  descriptors_.expect(1);
}

void CompletedSockets::release(int fd) noexcept {
  if (kept_.is_kept(fd)) descriptors_.expect(-1);
  kept_.release(fd);
  others_.release(fd);
}

// Out of memory, the client has to go, as on any loop.
std::optional<Chunk> CompletedSockets::receive(Connection& client) noexcept {
  if (!kept_.is_kept(client.fd())) return others_.receive(client);
  try {
    std::optional<Received> received = kept_.inflow(client.fd()).take();
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
    if (outflow.is_idle()) return outflow.begin(chunk.bytes()), true;
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
  std::optional<Accepted> accepted = kept_.arrivals(listener.get()).take();
  if (!accepted) return {Arrival::nobody, std::nullopt};
  if (accepted->socket) return welcome(std::move(accepted->socket), log);
  return refuse(accepted->error, log);
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
