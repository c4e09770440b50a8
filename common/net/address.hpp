// Where a socket listens, or who is at its other end: an IPv4 or IPv6 address
// and a port.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace net {

/// An IPv4 or IPv6 address with its port: a value of 28 bytes, the size of
/// sockaddr_in6.
class Address {
 public:
  /// 0.0.0.0:0, to be filled in by a system call through `pointer` and
  /// `capacity`.
  Address() noexcept : ipv4_{} {}
  explicit Address(const sockaddr_in& ipv4) noexcept : ipv4_(ipv4) {}
  explicit Address(const sockaddr_in6& ipv6) noexcept : ipv6_(ipv6) {}

  [[nodiscard]] sockaddr* pointer() noexcept { return &any_; }
  [[nodiscard]] const sockaddr* pointer() const noexcept { return &any_; }
  [[nodiscard]] sa_family_t family() const noexcept { return any_.sa_family; }
  [[nodiscard]] std::uint16_t port() const noexcept {
    return ntohs(family() == AF_INET6 ? ipv6_.sin6_port : ipv4_.sin_port);
  }
  /// The bytes in use, by family.
  [[nodiscard]] socklen_t size() const noexcept {
    return family() == AF_INET6 ? sizeof(ipv6_) : sizeof(ipv4_);
  }
  /// The bytes there are, for a system call to fill in.
  [[nodiscard]] static constexpr socklen_t capacity() noexcept {
    return sizeof(sockaddr_in6);
  }

 private:
  union {
    sockaddr any_;
    sockaddr_in ipv4_;
    sockaddr_in6 ipv6_;
  };
};

/// `127.0.0.1:5000`, `[::1]:5000`, `[fe80::1%eth0]:5000`.
[[nodiscard]] std::string to_string(const Address& address);

/// The same from its two parts, as a user typed them: host `::1` and port 5000
/// give `[::1]:5000`.
[[nodiscard]] std::string to_string(std::string_view host, std::uint16_t port);

/// What getaddrinfo(3) fails with, as an error's category.
[[nodiscard]] const std::error_category& getaddrinfo_category() noexcept;

/// The addresses of `host`, a numeric address or a name, in the order in which
/// they are to be tried (getaddrinfo(3), which may block while it asks the
/// network). Throws std::system_error that says why not:
/// `no.invalid: Name or service not known`.
[[nodiscard]] std::vector<Address> resolve_all(const std::string& host,
                                               std::uint16_t port);

/// The same without asking anybody: none, if it is a name.
[[nodiscard]] std::vector<Address> numeric_addresses(const std::string& host,
                                                     std::uint16_t port);

/// The first of `resolve_all`.
[[nodiscard]] Address resolve(const std::string& host, std::uint16_t port);

/// The address that the socket `fd` is bound to (getsockname(2)).
[[nodiscard]] Address local_address(int fd);

}  // namespace net
