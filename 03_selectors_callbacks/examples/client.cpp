// A client in three steps, connect, send, receive, written as callbacks. Where
// it is in these steps, what is left to send, what has come, and what to do
// when a step fails: all that a function would keep in its own lines stands
// here in members, and every step names the next.
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <string>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using selectors::Events;
using selectors::k_event_read;
using selectors::k_event_write;

// [region client]
class Client {
 public:
  Client(selectors::Selector& selector, std::string message)
      : selector_(selector),
        unsent_(std::move(message)),
        missing_(unsent_.size()) {}

  void connect(const net::Address& server) {
    selector_.register_(fd(), k_event_write,
                        [this](Events) { on_connected(); });
    const int failed = ::connect(fd(), server.pointer(), server.size());
    if (failed != 0 && errno != EINPROGRESS) fail("connect", errno);
  }

  [[nodiscard]] bool is_done() const { return done_; }
  [[nodiscard]] const std::string& answer() const { return answer_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  // [region callbacks]
  void on_connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail("connect", error);
    selector_.modify(fd(), k_event_write, [this](Events) { on_writable(); });
  }

  void on_writable() {
    const ssize_t n =
        ::send(fd(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) return fail("send", errno);
    unsent_.erase(0, static_cast<std::size_t>(n));
    if (!unsent_.empty()) return;
    selector_.modify(fd(), k_event_read, [this](Events) { on_readable(); });
  }

  void on_readable() {
    std::array<char, 4096> bytes{};
    const ssize_t n = ::recv(fd(), bytes.data(), bytes.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return fail("receive", n < 0 ? errno : ECONNRESET);
    answer_.append(bytes.data(), static_cast<std::size_t>(n));
    if (answer_.size() >= missing_) finish();
  }
  // [end callbacks]

  void fail(const char* step, int error) {
    error_ = std::string(step) + ": " + std::generic_category().message(error);
    finish();
  }

  void finish() {
    done_ = true;
    selector_.unregister(fd());
  }

  [[nodiscard]] int fd() const { return socket_.get(); }

  selectors::Selector& selector_;
  net::Descriptor socket_{net::checked(
      ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket")};
  std::string unsent_;
  std::size_t missing_;  // as many bytes as were sent are to come back
  std::string answer_;
  std::string error_;
  bool done_ = false;
};
// [end client]

int say_hello(std::uint16_t port) {
  const auto selector = selectors::default_selector();
  Client client(*selector, "hello");
  client.connect(net::resolve("127.0.0.1", port));
  while (!client.is_done()) {
    for (const auto& [key, events] : selector->select()) key->data(events);
  }
  if (!client.error().empty()) {
    std::fprintf(stderr, "%s\n", client.error().c_str());
    return 1;
  }
  std::printf("sent hello, received %s\n", client.answer().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : 0;
  if (port < 1 || port > 65535) {
    std::fprintf(
        stderr,
        "usage: client PORT, the port (1 to 65535) of an echo server\n");
    return 2;
  }
  return say_hello(static_cast<std::uint16_t>(port));
}
