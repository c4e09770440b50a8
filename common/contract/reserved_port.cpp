#include "common/contract/reserved_port.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

#include "common/net/address.hpp"

namespace contract {

namespace {

constexpr int k_lowest_port = 10'000;

int first_ephemeral_port() {
  int first = 32'768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
  return first;
}

int random_port() {
  static std::random_device device;
  const int above = std::max(first_ephemeral_port(), k_lowest_port + 1000);
  return std::uniform_int_distribution<int>(k_lowest_port, above - 1)(device);
}

bool is_free(std::uint16_t port) {
  const net::Descriptor probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const net::Address everywhere = net::resolve("0.0.0.0", port);
  return bind(probe.get(), everywhere.pointer(), everywhere.size()) == 0;
}

// An abstract unix socket is a lock that vanishes with its holder.
net::Descriptor lock_port(std::uint16_t port) {
  net::Descriptor lock(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = "echo-contract-" + std::to_string(port);
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (bind(lock.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0) lock.close();
  return lock;
}

}  // namespace

ReservedPort::ReservedPort() {
  constexpr int k_attempts = 1000;
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    number_ = static_cast<std::uint16_t>(random_port());
    lock_ = lock_port(number_);
    if (lock_ && is_free(number_)) return;
  }
  throw std::runtime_error("no free port found below " + std::to_string(first_ephemeral_port()));
}

}  // namespace contract
