#include "common/net/listen.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>

#include "common/net/system_call.hpp"

namespace net {

namespace {

void turn_on(int fd, int level, int option) {
  const int on = 1;
  checked(::setsockopt(fd, level, option, &on, sizeof on), "setsockopt");
}

}  // namespace

// [region listen]
Descriptor listen_on(const Address& address) {
  Descriptor listener(checked(
      ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const int fd = listener.get();
  turn_on(fd, SOL_SOCKET, SO_REUSEADDR);
  turn_on(fd, SOL_SOCKET, SO_KEEPALIVE);
  turn_on(fd, IPPROTO_TCP, TCP_NODELAY);
  checked(::bind(fd, address.pointer(), address.size()), "bind");
  checked(::listen(fd, SOMAXCONN), "listen");
  return listener;
}
// [end listen]

void set_nonblocking(int fd) {
  const int flags = checked(::fcntl(fd, F_GETFL), "fcntl");
  checked(::fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl");
}

}  // namespace net
