// A descriptor is a small number, and behind it may stand a socket, a pipe or a
// clock: read, write, poll and close do not care which.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace {

using net::Descriptor;

// [region kinds]
struct Pair {
  Descriptor reader;
  Descriptor writer;
};

Pair make_pipe() {
  std::array<int, 2> fds{};
  net::checked(::pipe(fds.data()), "pipe");
  return {Descriptor(fds[0]), Descriptor(fds[1])};
}

Descriptor make_timer() {
  Descriptor timer(
      net::checked(::timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create"));
  const itimerspec soon{.it_interval = {},
                        .it_value = {.tv_sec = 0, .tv_nsec = 1'000'000}};
  net::checked(::timerfd_settime(timer.get(), 0, &soon, nullptr),
               "timerfd_settime");
  return timer;
}

Descriptor make_event_counter() {
  return Descriptor(net::checked(::eventfd(1, 0), "eventfd"));
}

Pair make_sockets(const Descriptor& listener) {
  const net::Address server = net::local_address(listener.get());
  Descriptor client(net::checked(::socket(AF_INET, SOCK_STREAM, 0), "socket"));
  net::checked(::connect(client.get(), server.pointer(), server.size()),
               "connect");
  return {Descriptor(net::checked(::accept(listener.get(), nullptr, nullptr),
                                  "accept")),
          std::move(client)};
}
// [end kinds]

// [region read]
// Not a word here of what kind of thing `fd` is.
void wait_and_read(const char* name, int fd) {
  pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
  net::checked(::poll(&ready, 1, -1), "poll");
  std::array<char, 64> bytes{};
  const ssize_t n =
      net::checked(::read(fd, bytes.data(), bytes.size()), "read");
  std::printf("descriptor %d, %s: %zd bytes\n", fd, name, n);
}
// [end read]

}  // namespace

int main() {
  const Descriptor listener = net::listen_on(net::resolve("127.0.0.1", 0));
  const Pair pipe = make_pipe();
  const Descriptor timer = make_timer();
  const Descriptor counter = make_event_counter();
  Pair sockets = make_sockets(listener);
  std::printf("descriptor %d, the listener\n", listener.get());

  net::checked(::write(pipe.writer.get(), "hello", 5), "write");
  net::checked(::write(sockets.writer.get(), "hello world", 11), "write");
  wait_and_read("a pipe", pipe.reader.get());
  wait_and_read("a clock", timer.get());
  wait_and_read("an event counter", counter.get());
  wait_and_read("a socket", sockets.reader.get());

  const int freed = sockets.reader.get();
  sockets.reader.close();
  const Descriptor next(net::checked(::dup(listener.get()), "dup"));
  std::printf("closed %d, and the next one opened is %d\n", freed, next.get());
}
