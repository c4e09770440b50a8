#include "common/contract/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <regex>
#include <stdexcept>

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
  const SocketAddress everywhere = socket_address({"0.0.0.0", port});
  return bind(probe.get(), everywhere.get(), everywhere.size) == 0;
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

SocketAddress ipv4(const in_addr& host, std::uint16_t port) {
  SocketAddress made;
  auto* inet = reinterpret_cast<sockaddr_in*>(&made.storage);
  inet->sin_family = AF_INET;
  inet->sin_addr = host;
  inet->sin_port = htons(port);
  made.size = sizeof(sockaddr_in);
  return made;
}

SocketAddress ipv6(const in6_addr& host, std::uint16_t port) {
  SocketAddress made;
  auto* inet = reinterpret_cast<sockaddr_in6*>(&made.storage);
  inet->sin6_family = AF_INET6;
  inet->sin6_addr = host;
  inet->sin6_port = htons(port);
  made.size = sizeof(sockaddr_in6);
  return made;
}

}  // namespace

std::string Address::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string shown = is_ipv6 ? std::string("[").append(host).append("]") : host;
  return shown + ":" + std::to_string(port);
}

SocketAddress socket_address(const Address& address) {
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, address.host.c_str(), &four) == 1) return ipv4(four, address.port);
  if (inet_pton(AF_INET6, address.host.c_str(), &six) == 1) return ipv6(six, address.port);
  throw std::invalid_argument("not a numeric address: " + address.host);
}

Address address_from(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.storage.ss_family == AF_INET6) {
    const auto* inet = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    return {inet_ntop(AF_INET6, &inet->sin6_addr, text, sizeof text), ntohs(inet->sin6_port)};
  }
  const auto* inet = reinterpret_cast<const sockaddr_in*>(&address.storage);
  return {inet_ntop(AF_INET, &inet->sin_addr, text, sizeof text), ntohs(inet->sin_port)};
}

std::optional<Address> address_in_first_line(const std::string& line) {
  static const std::regex pattern(R"(listening on (?:\[([0-9a-f:]+)\]|([0-9.]+)):([0-9]{1,5}))");
  std::smatch match;
  if (!std::regex_match(line, match, pattern)) return std::nullopt;
  const std::string host = match[1].matched ? match[1].str() : match[2].str();
  return Address{host, static_cast<std::uint16_t>(std::stoul(match[3].str()))};
}

bool has_ipv6_loopback() {
  const net::Descriptor probe(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress loopback = socket_address({"::1", 0});
  return bind(probe.get(), loopback.get(), loopback.size) == 0;
}

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
