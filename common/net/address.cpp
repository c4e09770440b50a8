#include "common/net/address.hpp"

#include <netdb.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "common/net/system_call.hpp"

namespace net {

std::string to_string(std::string_view host, std::uint16_t port) {
  const bool ipv6 =
      host.find(':') != std::string_view::npos && !host.starts_with('[');
  std::string text(host);
  if (ipv6) text = '[' + text + ']';
  return text + ':' + std::to_string(port);
}

std::string to_string(const Address& address) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const int failed =
      getnameinfo(address.pointer(), address.size(), host.data(), host.size(),
                  port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  if (failed != 0) return "unknown address";
  return to_string(host.data(),
                   static_cast<std::uint16_t>(std::stoi(port.data())));
}

namespace {

Address from_sockaddr(const sockaddr* source) {
  Address address;
  const bool ipv6 = source->sa_family == AF_INET6;
  std::memcpy(address.pointer(), source,
              ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
  return address;
}

class GetaddrinfoCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override {
    return "getaddrinfo";
  }
  [[nodiscard]] std::string message(int code) const override {
    return gai_strerror(code);
  }
};

/// getaddrinfo(3), and its error.
int look_up(const std::string& host, std::uint16_t port, int flags,
            std::vector<Address>& addresses) {
  if (host.find('\0') != std::string::npos) return EAI_NONAME;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* first = nullptr;
  const int code =
      getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first);
  if (code != 0) return code;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(first,
                                                                &freeaddrinfo);
  for (const addrinfo* each = first; each; each = each->ai_next) {
    addresses.push_back(from_sockaddr(each->ai_addr));
  }
  return 0;
}

std::error_code error_of(int code) noexcept {
  if (code == EAI_SYSTEM) return {errno, std::generic_category()};
  return {code, getaddrinfo_category()};
}

}  // namespace

const std::error_category& getaddrinfo_category() noexcept {
  static const GetaddrinfoCategory category;
  return category;
}

std::vector<Address> resolve_all(const std::string& host, std::uint16_t port) {
  std::vector<Address> addresses;
  const int code = look_up(host, port, 0, addresses);
  if (code != 0) throw std::system_error(error_of(code), host);
  return addresses;
}

std::vector<Address> numeric_addresses(const std::string& host,
                                       std::uint16_t port) {
  std::vector<Address> addresses;
  const int code = look_up(host, port, AI_NUMERICHOST, addresses);
  if (code != 0 && code != EAI_NONAME)
    throw std::system_error(error_of(code), host);
  return addresses;
}

Address resolve(const std::string& host, std::uint16_t port) {
  return resolve_all(host, port).front();
}

Address local_address(int fd) {
  Address address;
  socklen_t size = Address::capacity();
  checked(getsockname(fd, address.pointer(), &size), "getsockname");
  return address;
}

}  // namespace net
