#include "common/net/address.hpp"

#include <netdb.h>

#include <array>
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

[[noreturn]] void fail_to_resolve(int code) {
  if (code == EAI_SYSTEM)
    throw std::runtime_error(std::generic_category().message(errno));
  throw std::runtime_error(gai_strerror(code));
}

}  // namespace

Address resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int code =
      getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first);
  if (code != 0) fail_to_resolve(code);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(first,
                                                                &freeaddrinfo);
  return from_sockaddr(list->ai_addr);
}

Address local_address(int fd) {
  Address address;
  socklen_t size = Address::capacity();
  checked(getsockname(fd, address.pointer(), &size), "getsockname");
  return address;
}

}  // namespace net
