#include "06_tasks_futures/shared_port.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <system_error>
#include <utility>

#include "common/net/address.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

struct Option {
  int level;
  int name;
};
constexpr std::array k_alike{
    Option{SOL_SOCKET, SO_REUSEADDR}, Option{SOL_SOCKET, SO_REUSEPORT},
    Option{SOL_SOCKET, SO_KEEPALIVE}, Option{IPPROTO_TCP, TCP_NODELAY}};

void copy(const Option& option, int from, int to) {
  int value = 0;
  socklen_t size = sizeof value;
  net::checked(::getsockopt(from, option.level, option.name, &value, &size),
               "getsockopt");
  net::checked(::setsockopt(to, option.level, option.name, &value, size),
               "setsockopt");
}

// [region share]
// The first has bound without SO_REUSEPORT, as a server does that wants its
// port for itself: so it has seen whoever listened there before. To allow
// others after that is not what socket(7) says; Linux looks at the first one's
// option only when the next one binds. Left out: to keep a stranger away who
// sets the option too, and is the same user's.
void allow_others(const net::Descriptor& first) {
  const int on = 1;
  net::checked(
      ::setsockopt(first.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on),
      "setsockopt");
}

net::Descriptor listen_beside(const net::Descriptor& first,
                              const net::Address& address) {
  net::Descriptor listener(net::checked(
      ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  for (const Option& option : k_alike) {
    copy(option, first.get(), listener.get());
  }
  net::checked(::bind(listener.get(), address.pointer(), address.size()),
               "bind");
  net::checked(::listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}
// [end share]

}  // namespace

std::vector<net::Descriptor> share_port(net::Descriptor first, int n) {
  const net::Address address = net::local_address(first.get());
  std::vector<net::Descriptor> listeners;
  listeners.push_back(std::move(first));
  try {
    if (n > 1) allow_others(listeners.front());
    for (int i = 1; i < n; ++i) {
      listeners.push_back(listen_beside(listeners.front(), address));
    }
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(),
                            "cannot listen on " + net::to_string(address));
  }
  return listeners;
}

}  // namespace asyncio
