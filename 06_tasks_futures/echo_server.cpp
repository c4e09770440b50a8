// Chapter 5's server on tasks: the one that accepts is cancelled when the
// server stops, and the clients may have what they were sent. It runs on one
// loop or on several, each in a thread, and on either kind of loop.
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <list>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor_event_loop.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/shared_port.hpp"
#include "06_tasks_futures/workers.hpp"
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

class EchoServer;

/// A client that is served: the server knows of it, and keeps its descriptor
/// registered. Move-only.
class Client : public Connection {
 public:
  /// Throws std::bad_alloc.
  Client(EchoServer& server, Connection connection);
  Client(Client&& other) noexcept = default;
  Client& operator=(Client&&) = delete;
  ~Client();

 private:
  EchoServer& server_;
};

/// The server's tasks, and what they share. It takes the listening socket over,
/// and outlives the loop.
class EchoServer {
 public:
  EchoServer(net::Descriptor&& listener, net::Log& log)
      : listener_(std::move(listener)), log_(log) {
    net::set_nonblocking(listener_.get());
  }

  /// Serves until SIGINT or SIGTERM.
  Coroutine<> serve();

  /// Serves until it is cancelled: one of several, in a thread of its own.
  Coroutine<> work();

  /// How many clients came.
  [[nodiscard]] std::uint64_t served() const { return served_; }

 private:
  friend class Client;
  void belong_to(EventLoop& loop);
  void on_arrival(const Client& client);
  void on_departure(Client& client) noexcept;

  Coroutine<> accept_clients();
  static Coroutine<> serve_client(Client client);
  Coroutine<> stop();
  Coroutine<> deliver_all();

  net::Descriptor listener_;
  net::Log& log_;
  SocketIo* sockets_ = nullptr;      // the loop's
  std::vector<bool> is_client_;      // by descriptor
  std::list<Connection> departing_;  // while it stops: have been sent all
  bool is_stopping_ = false;
  std::uint64_t served_ = 0;
};

Client::Client(EchoServer& server, Connection connection)
    : Connection(std::move(connection)), server_(server) {
  server_.on_arrival(*this);
}

Client::~Client() {
  if (fd() >= 0) server_.on_departure(*this);  // not moved from
}

// A client's task that fails has nobody who asks why: the loop is told.
void EchoServer::belong_to(EventLoop& loop) {
  sockets_ = &loop.sockets();
  loop.set_exception_handler([this](EventLoop&, const auto& context) {
    log_.warn("lost a client: " + describe(context.exception));
  });
}

void EchoServer::on_arrival(const Client& client) {
  const auto fd = static_cast<std::size_t>(client.fd());
  if (fd >= is_client_.size()) is_client_.resize(fd + 1);
  sockets_->keep(client.fd());
  is_client_[fd] = true;
  ++served_;
}

// While it stops, the socket is not closed before its peer has all.
void EchoServer::on_departure(Client& client) noexcept {
  is_client_[static_cast<std::size_t>(client.fd())] = false;
  sockets_->release(client.fd());
  try {
    if (is_stopping_) departing_.push_back(std::move(client));
  } catch (const std::bad_alloc&) {  // then it is closed now
  }
}

// [region serve]
Coroutine<> EchoServer::serve() {
  belong_to(get_running_loop());
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

// [region work]
Coroutine<> EchoServer::work() {
  belong_to(get_running_loop());
  const Finally at_end([&] { listener_.close(); });  // clients go to the others
  try {
    co_await accept_clients();
  } catch (const CancelledError&) {  // all are to stop
    is_stopping_ = true;
  }
  co_await stop();
}
// [end work]

// [region accept]
// Short of memory, or of epoll's watches, it looks again a little later.
Coroutine<> EchoServer::accept_clients() {
  const Watch watch(listener_.get());
  while (true) {
    bool is_short = false;
    try {
      Connection client = co_await accept_client(listener_, log_);
      create_task(serve_client(Client(*this, std::move(client))));
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

// The client lives in this frame, and leaves with it.
Coroutine<> EchoServer::serve_client(Client client) {
  co_await echo(client);
}

// [region stop]
// Whoever has not left by then is cancelled when the loop closes.
Coroutine<> EchoServer::stop() {
  listener_.close();
  for (std::size_t fd = 0; fd < is_client_.size(); ++fd) {
    if (is_client_[fd]) ::shutdown(static_cast<int>(fd), SHUT_RD);
  }
  try {
    co_await wait_for(deliver_all(), net::k_stop_grace);
  } catch (const TimeoutError&) {  // they had their time
  }
}

// Nothing tells when a client has got its last bytes.
Coroutine<> EchoServer::deliver_all() {
  while (!departing_.empty() || std::ranges::count(is_client_, true) > 0) {
    std::erase_if(departing_, [](const Connection& client) {
      if (!net::is_delivered(client.fd())) return false;
      net::discard_unread(client.fd());
      return true;
    });
    co_await sleep(net::k_delivery_poll);
  }
}
// [end stop]

/// `io_uring: 120 turns, 122 system calls`
std::string calls_of(const Proactor& proactor) {
  return "io_uring: " + std::to_string(proactor.turns()) + " turns, " +
         std::to_string(proactor.enters()) + " system calls";
}

/// `worker 2 served 13 clients`
std::string served_by(int worker, std::uint64_t clients) {
  return "worker " + std::to_string(worker) + " served " +
         std::to_string(clients) + (clients == 1 ? " client" : " clients");
}

void serve_alone(RunOptions options, net::Descriptor& listener, net::Log& log) {
  EchoServer server(std::move(listener), log);
  Runner runner(options);
  const EventLoop& loop = runner.get_loop();  // or throws: there is none
  runner.run(server.serve());
  if (const auto* completing = dynamic_cast<const ProactorEventLoop*>(&loop)) {
    log.tell(calls_of(completing->proactor()));
  }
  runner.close();
}

// [region together]
void serve_together(int n, RunOptions options, net::Descriptor& first,
                    net::Log& log) {
  const net::Address address = net::local_address(first.get());
  std::deque<EchoServer> servers;  // they stay where they are
  Workers workers(log, options);
  for (net::Descriptor& listener : share_port(std::move(first), n)) {
    EchoServer& server = servers.emplace_back(std::move(listener), log);
    workers.add([&server] { return server.work(); });
  }
  const std::size_t failed = workers.run([&] { log.listening(address); });
  int number = 0;
  for (const auto& server : servers) {
    log.tell(served_by(++number, server.served()));
  }
  if (failed > 0)
    throw RuntimeError("workers failed: " + std::to_string(failed));
}
// [end together]

}  // namespace
}  // namespace asyncio

int main(int argc, char** argv) {
  constexpr int k_most_workers = 256;
  int workers = 1;
  std::string loop = "selector";
  return cli::ServerProgram("Echoes what clients send, each of them a task.")
      .add_choice("--loop", "How it waits: for what is ready, or done",
                  {"selector", "proactor"}, loop)
      .add_count("--workers", "Loops, each in a thread of its own", 1,
                 k_most_workers, workers)
      .run(argc, argv, [&](net::Descriptor& listener, net::Log& log) {
        // [region choose]
        asyncio::RunOptions options;
        if (loop == "proactor") {
          options.loop_factory = asyncio::new_proactor_event_loop;
        }
        // [end choose]
        if (workers == 1) return asyncio::serve_alone(options, listener, log);
        asyncio::serve_together(workers, options, listener, log);
      });
}
