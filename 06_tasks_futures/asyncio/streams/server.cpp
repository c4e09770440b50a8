#include "06_tasks_futures/asyncio/streams/server.hpp"

#include <sys/socket.h>

#include <exception>
#include <utility>

#include "06_tasks_futures/asyncio/streams/getaddrinfo.hpp"
#include "06_tasks_futures/asyncio/streams/server_state.hpp"
#include "06_tasks_futures/asyncio/streams/unix_sockets.hpp"
#include "common/net/listen.hpp"

namespace asyncio {
namespace {

[[noreturn]] void throw_cannot_listen(const std::string& where,
                                      const std::system_error& error) {
  throw std::system_error(error.code(), "cannot listen on " + where);
}

/// All addresses of this machine, of both families: without IPv6, of one.
std::vector<net::Address> any_address(std::uint16_t port) {
  const net::Descriptor ipv6(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return {net::resolve(ipv6 ? "::" : "0.0.0.0", port)};
}

net::Descriptor listen_to(const net::Address& address) {
  try {
    net::Descriptor listener = net::listen_on(address);
    net::set_nonblocking(listener.get());
    return listener;
  } catch (const std::system_error& error) {
    throw_cannot_listen(net::to_string(address), error);
  }
}

Server serve_on(std::vector<Listener> listeners,
                ClientConnected client_connected, StreamOptions options) {
  const Ref server(*new ServerState(get_running_loop(),
                                    std::move(client_connected), options));
  server->start(std::move(listeners));
  return Server(*server);
}

Coroutine<> close_and_wait(Ref<ServerState> server) {
  server->close();
  co_await ServerState::wait_closed(server);
}

Coroutine<> nothing() {
  co_return;
}

}  // namespace

Coroutine<Server> start_server(ClientConnected client_connected,
                               std::string host, std::uint16_t port,
                               StreamOptions options) {
  std::vector<net::Address> addresses;
  try {
    if (host.empty()) {
      addresses = any_address(port);
    } else {
      addresses = co_await getaddrinfo(host, port);
    }
  } catch (const std::system_error& error) {
    throw_cannot_listen(net::to_string(host, port), error);
  }
  std::vector<Listener> listeners;
  for (const net::Address& address : addresses) {
    listeners.emplace_back(listen_to(address));
  }
  co_return serve_on(std::move(listeners), std::move(client_connected),
                     options);
}

Coroutine<Server> start_server(ClientConnected client_connected,
                               net::Descriptor listener,
                               StreamOptions options) {
  net::set_nonblocking(listener.get());
  std::vector<Listener> listeners;
  listeners.emplace_back(std::move(listener));
  co_return serve_on(std::move(listeners), std::move(client_connected),
                     options);
}

Coroutine<Server> start_unix_server(ClientConnected client_connected,
                                    std::string path, StreamOptions options) {
  std::vector<Listener> listeners;
  listeners.emplace_back(listen_on_path(path), path);
  co_return serve_on(std::move(listeners), std::move(client_connected),
                     options);
}

Server::Server(ServerState& state) noexcept : state_(state) {}
Server::Server(const Server& other) noexcept = default;
Server& Server::operator=(const Server& other) noexcept = default;
Server::~Server() = default;

Coroutine<> Server::serve_forever() const {
  return ServerState::serve_forever(state_);
}

bool Server::is_serving() const noexcept {
  return state_->is_serving();
}

void Server::close() const noexcept {
  state_->close();
}

Coroutine<> Server::wait_closed() const {
  return ServerState::wait_closed(state_);
}

void Server::close_clients() const {
  for (const StreamWriter& client : state_->clients()) client.close();
}

void Server::abort_clients() const {
  for (const StreamWriter& client : state_->clients()) client.abort();
}

std::vector<std::string> Server::sockets() const {
  std::vector<std::string> names;
  for (const Listener& listener : state_->listeners()) {
    names.push_back(listener.name());
  }
  return names;
}

std::uint16_t Server::port() const {
  const std::vector<Listener>& listeners = state_->listeners();
  return listeners.empty() ? std::uint16_t{0} : listeners.front().port();
}

Coroutine<> Server::aenter() const {
  return nothing();
}

Coroutine<> Server::aexit(std::exception_ptr /*thrown*/) const {
  return close_and_wait(state_);
}

}  // namespace asyncio
