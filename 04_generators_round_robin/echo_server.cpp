// The loop is back in the handler: each client is a generator, which yields
// what it waits for. What chapter 3 kept in an object are local variables
// again.
#include <sys/socket.h>

#include <chrono>
#include <list>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "02_select/nonblocking.hpp"
#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"

namespace generators {
namespace {

using select_loop::accept_client;
using select_loop::Arrival;
using select_loop::Chunk;
using select_loop::Connection;
using select_loop::receive;
using select_loop::send_some;
using selectors::k_event_read;
using selectors::k_event_write;
using Clock = std::chrono::steady_clock;

// [region waits]
Wait readable(const Connection& client) {
  return {k_event_read, client.fd()};
}

Wait writable(const Connection& client) {
  return {k_event_write, client.fd()};
}
// [end waits]

/// The tasks and the loop that runs them, all in one thread. It takes the
/// listening socket over; the selector outlives it.
class EchoServer {
 public:
  EchoServer(selectors::Selector& selector, net::Descriptor& listener,
             net::Log& log);

  /// Serves until SIGINT or SIGTERM.
  void run();

 private:
  Task accept_clients();
  Task echo(Connection client);
  Task wait_for_stop_signal();

  void turn();
  [[nodiscard]] bool run_once(EventLoop::Timeout timeout);
  void replace_lost();
  void stop();
  void drop_delivered();

  net::StopDescriptor stop_signal_;
  net::Descriptor listener_;
  net::Log& log_;
  std::list<Connection> leaving_;  // only while the server stops
  std::optional<Clock::time_point> accept_again_;
  bool stopping_ = false;
  EventLoop loop_;  // the last: its tasks use all of the above
};

// [region accept]
Task EchoServer::accept_clients() {
  while (true) {
    co_yield Wait{k_event_read, listener_.get()};
    auto [arrival, client] = accept_client(listener_, log_);
    if (arrival == Arrival::shortage) co_return;  // starts again, later
    if (client) loop_.add(echo(std::move(*client)));
  }
}
// [end accept]

// [region handler]
Task EchoServer::echo(Connection client) {
  while (true) {
    co_yield readable(client);
    std::optional<Chunk> chunk = receive(client);
    if (!chunk) continue;  // nothing yet after all
    if (!*chunk) break;    // the end
    while (*chunk) {
      if (!send_some(client, *chunk)) co_return;  // gone
      if (*chunk) co_yield writable(client);      // no room left: wait for it
    }
  }
  if (stopping_) leaving_.push_back(std::move(client));
}
// [end handler]

// [region stop_signal]
Task EchoServer::wait_for_stop_signal() {
  co_yield Wait{k_event_read, stop_signal_.fd()};
  stopping_ = true;
}
// [end stop_signal]

EchoServer::EchoServer(selectors::Selector& selector, net::Descriptor& listener,
                       net::Log& log)
    : listener_(std::move(listener)), log_(log), loop_(selector) {
  net::set_nonblocking(listener_.get());
}

// [region run]
void EchoServer::run() {
  loop_.add(wait_for_stop_signal());
  loop_.add(accept_clients());
  loop_.run_once();  // to their first waits: without them there is no server
  log_.listening(listener_);
  while (!stopping_) turn();
  stop();
}
// [end run]

// Until everyone who was ready has had a turn, whoever else was lost in it.
void EchoServer::turn() {
  EventLoop::Timeout timeout;
  if (accept_again_) timeout = *accept_again_ - Clock::now();
  while (!run_once(timeout)) timeout = Clock::duration::zero();
  try {
    replace_lost();
  } catch (const std::bad_alloc&) {
    accept_again_ = Clock::now() + net::k_shortage_pause;
  }
}

// False if a task was lost: it could not be waited for, or there was no memory.
bool EchoServer::run_once(EventLoop::Timeout timeout) {
  try {
    loop_.run_once(timeout);
    return true;
  } catch (const CannotWait& error) {
    log_.warn(error.what());
  } catch (const std::bad_alloc&) {
  }
  return false;
}

// Who waits for the signal and who accepts are tasks like any other, and can be
// lost as any other; short of something, the latter ends by itself. Then
// another one takes over, who accepts a little later.
void EchoServer::replace_lost() {
  if (!stopping_ && !loop_.to_read().contains(stop_signal_.fd())) {
    loop_.add(wait_for_stop_signal());
  }
  if (loop_.to_read().contains(listener_.get())) {
    accept_again_.reset();
  } else if (!accept_again_) {
    accept_again_ = Clock::now() + net::k_shortage_pause;
  } else if (Clock::now() >= *accept_again_) {
    loop_.add(accept_clients());
    accept_again_.reset();
  }
}

// [region stop]
void EchoServer::stop() {
  const auto deadline = Clock::now() + net::k_stop_grace;
  loop_.forget(listener_.get());
  listener_.close();
  for (const auto& [fd, task] : loop_.to_read()) ::shutdown(fd, SHUT_RD);
  for (const auto& [fd, task] : loop_.to_write()) ::shutdown(fd, SHUT_RD);
  while (loop_.has_tasks() || !leaving_.empty()) {
    if (Clock::now() >= deadline) return;  // they had their time
    (void)run_once(net::k_delivery_poll);
    drop_delivered();
  }
}

void EchoServer::drop_delivered() {
  leaving_.remove_if([](const Connection& client) {
    if (!net::is_delivered(client.fd())) return false;
    net::discard_unread(client.fd());
    return true;
  });
}
// [end stop]

}  // namespace
}  // namespace generators

int main(int argc, char** argv) {
  return cli::ServerProgram(
             "Echoes what clients send, each of them a generator.")
      .run(argc, argv, [](net::Descriptor& listener, net::Log& log) {
        const auto selector = selectors::default_selector();
        generators::EchoServer(*selector, listener, log).run();
      });
}
