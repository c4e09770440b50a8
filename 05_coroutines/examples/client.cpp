// Chapter 3's client as a coroutine. Where it is in its three steps, what is
// left to send and what has come are where a function keeps them, in its lines
// and its variables; and one `try` stands around all that may fail.
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include "05_coroutines/event_loop.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;
using coroutines::readable;
using coroutines::writable;

// [region client]
[[noreturn]] void fail(const char* step, int error) {
  throw std::system_error(error, std::generic_category(), step);
}

Coroutine<> connect(int fd, net::Address server) {
  const int failed = ::connect(fd, server.pointer(), server.size());
  // connect(2), ERRORS, EINPROGRESS: writable, then SO_ERROR says how it went
  if (failed != 0 && errno != EINPROGRESS) fail("connect", errno);
  co_await writable(fd);
  int error = 0;
  socklen_t size = sizeof error;
  net::checked(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size),
               "getsockopt");
  if (error != 0) fail("connect", error);
}

Coroutine<> send(int fd, std::string unsent) {
  while (!unsent.empty()) {
    co_await writable(fd);
    const ssize_t n = ::send(fd, unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) continue;
    if (n < 0) fail("send", errno);
    unsent.erase(0, static_cast<std::size_t>(n));
  }
}

Coroutine<std::string> receive(int fd, std::size_t missing) {
  std::string answer;
  while (answer.size() < missing) {
    co_await readable(fd);
    std::array<char, 4096> bytes{};
    const ssize_t n = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EAGAIN) continue;
    if (n <= 0) fail("receive", n < 0 ? errno : ECONNRESET);
    answer.append(bytes.data(), static_cast<std::size_t>(n));
  }
  co_return answer;
}

// [region say]
Coroutine<int> say(std::string message, net::Address server) {
  const net::Descriptor socket(net::checked(
      ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket"));
  try {
    co_await connect(socket.get(), server);
    co_await send(socket.get(), message);
    const auto answer = co_await receive(socket.get(), message.size());
    std::printf("sent %s, received %s\n", message.c_str(), answer.c_str());
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    co_return 1;
  }
  co_return 0;
}
// [end say]
// [end client]

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : 0;
  if (port < 1 || port > 65535) {
    std::fprintf(
        stderr,
        "usage: client PORT, the port (1 to 65535) of an echo server\n");
    return 2;
  }
  const auto selector = selectors::default_selector();
  const auto server =
      net::resolve("127.0.0.1", static_cast<std::uint16_t>(port));
  return EventLoop(*selector).run_until_complete(say("hello", server));
}
