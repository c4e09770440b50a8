#include "common/load/faulty_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>
#include <vector>

#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace load {

void FaultyServer::Client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // the client is gone
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void FaultyServer::Client::reset() {
  const linger no_time{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);
  socket.close();
}

FaultyServer::FaultyServer(std::size_t size, OnMessage on_message, OnConnect on_connect)
    : size_(size),
      on_message_(std::move(on_message)),
      on_connect_(std::move(on_connect)),
      listener_(net::listen_on(net::resolve("127.0.0.1", 0))),
      address_(net::local_address(listener_.get())),
      thread_([this] { run(); }) {}

FaultyServer::~FaultyServer() {
  stop_.here.close();
}

std::set<std::string> FaultyServer::sources() const {
  const std::lock_guard lock(mutex_);
  return sources_;
}

void FaultyServer::run() {
  for (;;) {
    // poll(2) skips the negative numbers of what is closed.
    std::vector<pollfd> entries = {{stop_.there.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    std::vector<std::size_t> numbers;
    for (const auto& [number, client] : clients_) {
      entries.push_back({client.socket.get(), POLLIN, 0});
      numbers.push_back(number);
    }
    net::checked(::poll(entries.data(), entries.size(), -1), "poll");
    if (entries[0].revents != 0) return;
    if (entries[1].revents != 0) accept();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (entries[i + 2].revents == 0) continue;
      receive(clients_.at(numbers[i]));
      if (!clients_.at(numbers[i]).socket) clients_.erase(numbers[i]);
    }
  }
}

void FaultyServer::accept() {
  net::Address peer;
  socklen_t size = net::Address::capacity();
  net::Descriptor socket(::accept4(listener_.get(), peer.pointer(), &size, SOCK_CLOEXEC));
  if (!socket) return;
  {
    const std::lock_guard lock(mutex_);
    const std::string name = net::to_string(peer);
    sources_.insert(name.substr(0, name.rfind(':')));
  }
  const std::size_t number = connects_++;
  Client& client = clients_.emplace(number, Client{std::move(socket), number}).first->second;
  if (on_connect_) on_connect_(*this, client);
}

void FaultyServer::receive(Client& client) {
  std::array<char, std::size_t{64} * 1024> buffer;
  const ssize_t n = ::recv(client.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return client.close();
  client.partial.append(buffer.data(), static_cast<std::size_t>(n));
  while (client.partial.size() >= size_ && client.socket) {
    const std::string message = client.partial.substr(0, size_);
    client.partial.erase(0, size_);
    ++messages_;
    on_message_(client, message);
    ++client.messages;
  }
}

}  // namespace load
