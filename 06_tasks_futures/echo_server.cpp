// Chapter 5's server on tasks: the one that accepts is cancelled when the
// server stops, and those of the clients are waited for.
#include <sys/socket.h>

#include <csignal>
#include <exception>
#include <new>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"

namespace asyncio {
namespace {

// [region handler]
Coroutine<> echo(Connection& client) {
  while (Chunk chunk = co_await receive(client)) {
    co_await send_all(client, chunk);
  }
}
// [end handler]

/// The server's tasks, and what they share. It takes the listening socket over.
class EchoServer {
 public:
  EchoServer(net::Descriptor& listener, net::Log& log)
      : listener_(std::move(listener)), log_(log) {
    net::set_nonblocking(listener_.get());
  }

  /// Serves until SIGINT or SIGTERM.
  Coroutine<> serve();

 private:
  Coroutine<> accept_clients();
  Coroutine<> serve_client(Connection client);
  Coroutine<> stop();

  net::Descriptor listener_;
  net::Log& log_;
  std::set<int> clients_;  // by descriptor
  bool is_stopping_ = false;
};

/// Waits until `client` has what it was sent.
Coroutine<> deliver(const Connection& client) {
  while (!net::is_delivered(client.fd())) co_await sleep(net::k_delivery_poll);
  net::discard_unread(client.fd());
}

// [region serve]
Coroutine<> EchoServer::serve() {
  const Task<> accepting = create_task(accept_clients());
  for (const int signal : {SIGINT, SIGTERM}) {
    get_running_loop().add_signal_handler(signal, [=] { accepting.cancel(); });
  }
  net::unblock(net::stop_signals());
  log_.listening(listener_);
  try {
    co_await accepting;
  } catch (const CancelledError&) {  // a signal came
    is_stopping_ = true;
  }
  co_await stop();
  net::block(net::stop_signals());  // the loop's handlers are to go
}
// [end serve]

// [region accept]
// Short of memory, or of epoll's watches, it looks again a little later.
Coroutine<> EchoServer::accept_clients() {
  const Watch watch(listener_.get());
  while (true) {
    bool is_short = false;
    try {
      Connection client = co_await accept_client(listener_, log_);
      create_task(serve_client(std::move(client)));
    } catch (const std::bad_alloc&) {
      is_short = true;
    } catch (const std::system_error& error) {
      is_short = net::is_shortage(error.code().value());
      if (!is_short) throw;
    }
    if (is_short) co_await sleep(net::k_shortage_pause);
  }
}
// [end accept]

Coroutine<> EchoServer::serve_client(Connection client) {
  try {
    const Watch watch(client.fd());
    const auto place = clients_.insert(client.fd()).first;
    const Finally at_end([&] { clients_.erase(place); });
    co_await echo(client);
    if (is_stopping_) co_await deliver(client);
  } catch (const std::exception& error) {
    log_.warn(std::string("lost a client: ") + error.what());
  }
}

// [region stop]
// Whoever has not left by then is cancelled by asyncio::run.
Coroutine<> EchoServer::stop() {
  listener_.close();
  for (const int fd : clients_) ::shutdown(fd, SHUT_RD);
  std::vector<AnyTask> clients = all_tasks();
  std::erase(clients, *current_task());
  if (clients.empty()) co_return;
  co_await wait(std::move(clients), {.timeout = net::k_stop_grace});
}
// [end stop]

}  // namespace
}  // namespace asyncio

int main(int argc, char** argv) {
  return cli::ServerProgram("Echoes what clients send, each of them a task.")
      .run(argc, argv, [](net::Descriptor& listener, net::Log& log) {
        asyncio::Runner runner;
        static_cast<void>(runner.get_loop());  // first: it may not be had
        asyncio::EchoServer server(listener, log);
        runner.run(server.serve());
        runner.close();
      });
}
