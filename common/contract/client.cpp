#include "common/contract/client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace contract {

namespace {

constexpr std::size_t k_receive_at_most = 64 * 1024;

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

bool is_reset(int error) {
  return error == ECONNRESET || error == EPIPE || error == ETIMEDOUT || error == ECONNREFUSED;
}

std::string how(Client::Got ending) {
  return ending == Client::Got::reset ? "reset" : "closed";
}

void set_option(int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof value) != 0) fail("setsockopt");
}

}  // namespace

Client::Client(const net::Address& server)
    : server_end_(server),
      socket_(socket(server.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (!socket_) fail("socket");
  // Small writes leave as they are made, so that the server gets to see small reads.
  set_option(fd(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (connect(fd(), server.pointer(), server.size()) != 0 && errno != EINPROGRESS) {
    fail(("connect to " + net::to_string(server)).c_str());
  }
}

void Client::wait_until_connected() const {
  wait_until(POLLOUT, patience(), "could not connect");
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) throw std::system_error(error, std::generic_category(), "connect");
}

void Client::send(std::string_view bytes) {
  const Deadline deadline = patience();
  while (!bytes.empty()) {
    wait_until(POLLOUT, deadline, "could not send");
    bytes.remove_prefix(send_some(bytes));
  }
}

std::string Client::receive(std::size_t n) {
  const Deadline deadline = patience();
  std::string bytes;
  while (bytes.size() < n) {
    const Got got = wait_for_some(bytes, n - bytes.size(), deadline);
    if (got == Got::bytes) continue;
    throw std::runtime_error("the server has " + how(got) + " the connection after " +
                             std::to_string(bytes.size()) + " of " + std::to_string(n) + " bytes");
  }
  return bytes;
}

std::string Client::receive_until_end_of_file() {
  LastWords last = receive_until_closed();
  if (!last.was_reset) return std::move(last.bytes);
  throw std::runtime_error("the server has reset the connection after " +
                           std::to_string(last.bytes.size()) + " bytes instead of closing it");
}

LastWords Client::receive_until_closed() {
  const Deadline deadline = patience();
  LastWords last;
  Got got = Got::bytes;
  while (got == Got::bytes) {
    got = wait_for_some(last.bytes, k_receive_at_most, deadline);
  }
  last.was_reset = got == Got::reset;
  return last;
}

std::string Client::echo(std::string_view bytes) {
  send(bytes);
  return receive(bytes.size());
}

std::size_t Client::send_some(std::string_view bytes) {
  const ssize_t n = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno == EAGAIN || errno == EINTR) return 0;
  fail("send");
}

void Client::send_out_of_band(char byte) {
  if (::send(fd(), &byte, 1, MSG_OOB | MSG_NOSIGNAL) != 1) fail("send(MSG_OOB)");
}

void Client::wait_until_readable(std::size_t n) const {
  // socket(7): with SO_RCVLOWAT, poll reports the socket only once that much is there.
  set_option(fd(), SOL_SOCKET, SO_RCVLOWAT, static_cast<int>(n));
  wait_until(POLLIN, patience(), "has not got " + std::to_string(n) + " bytes");
  set_option(fd(), SOL_SOCKET, SO_RCVLOWAT, 1);
}

bool Client::hears_nothing_for(std::chrono::milliseconds time) const {
  return !wait_for(fd(), POLLIN, Deadline(time));
}

void Client::finish_sending() {
  if (shutdown(fd(), SHUT_WR) != 0) fail("shutdown");
}

void Client::reset() {
  // socket(7), SO_LINGER with no time: close throws the queues away and sends a reset.
  const linger at_once{1, 0};
  setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.close();
}

Client::Got Client::receive_some(std::string& bytes, std::size_t at_most) {
  const std::size_t before = bytes.size();
  bytes.resize(before + std::min(at_most, k_receive_at_most));
  const ssize_t n = recv(fd(), bytes.data() + before, bytes.size() - before, 0);
  const int error = errno;
  bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  if (n > 0) return Got::bytes;
  if (n == 0) return Got::end_of_file;
  if (error == EAGAIN || error == EINTR) return Got::nothing_yet;
  if (is_reset(error)) return Got::reset;
  throw std::system_error(error, std::generic_category(), "recv");
}

Client::Got Client::wait_for_some(std::string& bytes, std::size_t at_most,
                                  const Deadline& deadline) {
  Got got = Got::nothing_yet;
  while (got == Got::nothing_yet) {
    wait_until(
        POLLIN, deadline,
        "still waits for the server, which has sent " + std::to_string(bytes.size()) + " bytes");
    got = receive_some(bytes, at_most);
  }
  return got;
}

void Client::wait_until(short events, const Deadline& deadline, std::string_view what) const {
  if (wait_for(fd(), events, deadline)) return;
  throw std::runtime_error("the client " + std::string(what) + ", and lost its patience");
}

}  // namespace contract
