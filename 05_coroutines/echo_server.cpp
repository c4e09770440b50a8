// The handler reads like chapter 1's again, and nobody's thread waits: each
// client is a coroutine, and so is whatever it calls.
#include <sys/socket.h>

#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/sockets.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"

namespace coroutines {
namespace {

// [region handler]
Coroutine<> echo(Connection& client) {
  while (Chunk chunk = co_await receive(client)) {
    co_await send_all(client, chunk);
  }
}
// [end handler]

/// The coroutines that serve, and the loop that runs them, all in one thread.
/// It takes the listening socket over; the selector outlives it.
class EchoServer {
 public:
  EchoServer(selectors::Selector& selector, net::Descriptor& listener,
             net::Log& log);

  /// Serves until SIGINT or SIGTERM.
  void run() { loop_.run_until_complete(serve()); }

 private:
  Coroutine<> serve();
  Coroutine<> accept_clients();
  Coroutine<> serve_client(Connection client);
  Coroutine<> stop_on_signal();
  Coroutine<> stop_signal();

  net::StopDescriptor stop_signal_;
  net::Descriptor listener_;
  net::Log& log_;
  bool stopping_ = false;
  EventLoop loop_;  // the last: its coroutines use all of the above
};

Wait for_a(std::chrono::milliseconds duration) {
  return until(Wait::Clock::now() + duration);
}

// [region deliver]
/// Waits until `client` has what it was sent.
Coroutine<> deliver(const Connection& client) {
  while (!net::is_delivered(client.fd())) co_await for_a(net::k_delivery_poll);
  net::discard_unread(client.fd());
}
// [end deliver]

EchoServer::EchoServer(selectors::Selector& selector, net::Descriptor& listener,
                       net::Log& log)
    : listener_(std::move(listener)), log_(log), loop_(selector) {
  net::set_nonblocking(listener_.get());
}

// [region serve]
Coroutine<> EchoServer::serve() {
  log_.listening(listener_);
  loop_.add(stop_on_signal());
  co_await accept_clients();
  listener_.close();
  const auto deadline = Wait::Clock::now() + net::k_stop_grace;
  while (!loop_.watched().empty() && Wait::Clock::now() < deadline) {
    co_await for_a(net::k_delivery_poll);
  }
}
// [end serve]

// [region accept]
// Short of memory, or of epoll's watches, it looks again a little later. Once
// the listener has been shut down, accept(2) says EINVAL.
Coroutine<> EchoServer::accept_clients() {
  const EventLoop::Watch watch(loop_, listener_.get());
  while (!stopping_) {
    bool is_short = false;
    try {
      Connection client = co_await accept_client(listener_, log_);
      loop_.add(serve_client(std::move(client)));
    } catch (const std::bad_alloc&) {
      is_short = true;
    } catch (const std::system_error& error) {
      is_short = net::is_shortage(error.code().value());
      if (!is_short && !stopping_) throw;
    }
    if (is_short) co_await for_a(net::k_shortage_pause);
  }
}
// [end accept]

// [region serve_client]
Coroutine<> EchoServer::serve_client(Connection client) {
  try {
    const EventLoop::Watch watch(loop_, client.fd());
    if (stopping_) ::shutdown(client.fd(), SHUT_RD);  // it came just then
    co_await echo(client);
    if (stopping_) co_await deliver(client);
  } catch (const std::exception& error) {
    log_.warn(std::string("lost a client: ") + error.what());
  }
}
// [end serve_client]

// Waits for one, also while the selector has no room for its descriptor.
Coroutine<> EchoServer::stop_signal() {
  bool has_come = false;
  while (!has_come) {
    try {
      co_await readable(stop_signal_.fd());
      has_come = true;
    } catch (const std::exception& error) {
      log_.warn(error.what());
    }
    if (!has_come) co_await for_a(net::k_shortage_pause);
  }
}

// [region stop]
Coroutine<> EchoServer::stop_on_signal() {
  co_await stop_signal();
  stopping_ = true;
  // The listener as well, which wakes whoever waits to accept.
  for (const int fd : loop_.watched()) ::shutdown(fd, SHUT_RD);
}
// [end stop]

}  // namespace
}  // namespace coroutines

int main(int argc, char** argv) {
  return cli::ServerProgram(
             "Echoes what clients send, each of them a coroutine.")
      .run(argc, argv, [](net::Descriptor& listener, net::Log& log) {
        const auto selector = selectors::default_selector();
        coroutines::EchoServer(*selector, listener, log).run();
      });
}
