// A server for the load generator's tests: it does with each message whatever the test says.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/socket_pair.hpp"

namespace load {

/// One thread of its own, from construction to destruction, which calls what it was given.
class FaultyServer {
 public:
  struct Client {
    net::Descriptor socket;
    std::size_t number;        // in the order of their coming
    std::size_t messages = 0;  // before this one
    std::string partial = {};

    /// All of it, however long it takes.
    void send(std::string_view bytes) const;
    void close() { socket.close(); }
    void reset();
  };

  using OnMessage = std::function<void(Client&, const std::string&)>;
  using OnConnect = std::function<void(FaultyServer&, Client&)>;

  /// Messages are of `size` bytes each.
  FaultyServer(std::size_t size, OnMessage on_message, OnConnect on_connect = {});
  FaultyServer(const FaultyServer&) = delete;
  FaultyServer& operator=(const FaultyServer&) = delete;
  ~FaultyServer();

  [[nodiscard]] const net::Address& address() const { return address_; }
  [[nodiscard]] std::size_t messages() const { return messages_; }
  [[nodiscard]] std::size_t connects() const { return connects_; }
  /// The addresses that clients came from, without their ports.
  [[nodiscard]] std::set<std::string> sources() const;

  // For the callbacks, in the server's thread.
  [[nodiscard]] Client& client(std::size_t number) { return clients_.at(number); }
  void stop_listening() { listener_.close(); }

 private:
  void run();
  void accept();
  void receive(Client& client);

  const std::size_t size_;
  const OnMessage on_message_;
  const OnConnect on_connect_;
  net::Descriptor listener_;
  const net::Address address_;
  net::SocketPair stop_;
  std::map<std::size_t, Client> clients_;
  std::atomic<std::size_t> messages_ = 0;
  std::atomic<std::size_t> connects_ = 0;
  mutable std::mutex mutex_;
  std::set<std::string> sources_;
  std::jthread thread_;  // last: it uses all of the above
};

/// What `action` throws says this; empty if it throws nothing.
template <typename Action>
[[nodiscard]] std::string error_of(Action action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace load
