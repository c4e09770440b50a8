// Where a server listens, and the port numbers that the contract may give away.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/net/descriptor.hpp"

namespace contract {

struct Address {
  std::string host;  // numeric, without brackets
  std::uint16_t port = 0;

  // 127.0.0.1:5000, [::1]:5000
  [[nodiscard]] std::string text() const;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

[[nodiscard]] SocketAddress socket_address(const Address& address);
[[nodiscard]] Address address_from(const SocketAddress& address);

// The address in `listening on HOST:PORT`; empty if the line is not of that form.
[[nodiscard]] std::optional<Address> address_in_first_line(const std::string& line);

[[nodiscard]] bool has_ipv6_loopback();

// A port that nobody uses and the kernel gives to nobody, and that no other contract running on
// this machine takes as long as this object lives.
class ReservedPort {
 public:
  ReservedPort();
  [[nodiscard]] std::uint16_t number() const { return number_; }

 private:
  net::Descriptor lock_;
  std::uint16_t number_ = 0;
};

}  // namespace contract
