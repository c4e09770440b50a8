#include "common/load/connect.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

#include "common/contract/deadline.hpp"
#include "common/net/system_call.hpp"

namespace load {
namespace {

void send_at_once(int fd) {
  const int on = 1;
  net::checked(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
}

int pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

std::string meaning_of(int error) {
  switch (error) {
    case ECONNREFUSED: return "was refused";
    case ECONNRESET:
    case EPIPE: return "was reset";
    default: return "failed: " + std::generic_category().message(error);
  }
}

}  // namespace

std::string to_string(Patience patience) {
  const auto tenths = patience.count() / 100;
  const std::string seconds = std::to_string(tenths / 10);
  return (tenths % 10 == 0 ? seconds : seconds + '.' + std::to_string(tenths % 10)) + " s";
}

void reset_when_closed(int fd) {
  const linger no_time{1, 0};  // socket(7), SO_LINGER
  net::checked(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time), "SO_LINGER");
}

void fail(const std::string& name, int error) {
  throw std::runtime_error(name + ' ' + meaning_of(error));
}

void fail_unanswered(const std::string& name, Patience patience) {
  throw std::runtime_error("no answer for " + to_string(patience) + " on " + name);
}

net::Descriptor connect_to(const net::Address& server, const std::string& name, Patience patience) {
  const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  net::Descriptor socket(net::checked(::socket(server.family(), type, 0), "socket"));
  send_at_once(socket.get());
  if (::connect(socket.get(), server.pointer(), server.size()) == 0) return socket;
  if (errno != EINPROGRESS) fail(name, errno);
  if (!contract::wait_for(socket.get(), POLLOUT, contract::Deadline(patience))) {
    throw std::runtime_error(name + " was not made for " + to_string(patience));
  }
  if (const int error = pending_error(socket.get()); error != 0) fail(name, error);
  return socket;
}

}  // namespace load
