// What an echo costs beyond the kernel's part of it, and what each of the
// loop's ways saves. Fifty clients send 1 KiB at once, the server echoes all of
// it, and they take it back; both sides are in one thread, so the clients'
// system calls are in each figure. Run it with:
//   build/release/06_tasks_futures/echo_bench
#include <benchmark/benchmark.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <system_error>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor_event_loop.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"

namespace {

using asyncio::Chunk;
using asyncio::Connection;
using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Watch;

constexpr int k_clients = 50;
constexpr std::size_t k_size = 1024;

/// The clients' ends of connections, the servers' ends being given away.
class Clients {
 public:
  /// `serve` gets the server's end of each.
  explicit Clients(const std::function<void(net::Descriptor)>& serve) {
    for (net::Descriptor& client : clients_) {
      net::SocketPair pair(SOCK_NONBLOCK);
      client = std::move(pair.here);
      serve(std::move(pair.there));
    }
  }

  /// Each sends a message, and takes it back whole; `turn` has the server do
  /// what it can do now.
  template <typename Turn>
  void exchange(const Turn& turn) {
    for (const net::Descriptor& client : clients_) {
      if (::send(client.get(), sent_.data(), k_size, 0) != k_size) {
        throw net::last_error("send");
      }
    }
    turn();
    for (const net::Descriptor& client : clients_) {
      std::size_t heard = 0;
      while (heard < k_size) {
        const ssize_t n = ::recv(client.get(), heard_.data(), k_size, 0);
        if (n > 0) {
          heard += static_cast<std::size_t>(n);
        } else if (n < 0 && errno == EAGAIN) {
          turn();
        } else {
          throw net::last_error("recv");
        }
      }
    }
  }

 private:
  std::array<net::Descriptor, k_clients> clients_;
  std::array<char, k_size> sent_{};
  std::array<char, k_size> heard_{};
};

// --- by hand -----------------------------------------------------------------

/// Epoll, and what has to be done.
class ByHand {
 public:
  void add(net::Descriptor socket) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = socket.get()}};
    net::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket.get(), &event),
                 "epoll_ctl");
    sockets_.push_back(std::move(socket));
  }

  void turn() {
    std::array<epoll_event, 512> events;
    const int n = ::epoll_wait(epoll_.get(), events.data(), events.size(), 0);
    for (int i = 0; i < net::checked(n, "epoll_wait"); ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      const ssize_t received = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (received <= 0) throw net::last_error("recv");
      const auto size = static_cast<std::size_t>(received);
      if (::send(fd, buffer_.data(), size, MSG_NOSIGNAL) != received) {
        throw net::last_error("send");
      }
    }
  }

 private:
  net::Descriptor epoll_{
      net::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::list<net::Descriptor> sockets_;
  std::array<char, std::size_t{64} * 1024> buffer_{};
};

void by_hand(benchmark::State& state) {
  ByHand server;
  Clients clients(
      [&](net::Descriptor socket) { server.add(std::move(socket)); });
  while (state.KeepRunningBatch(k_clients)) {
    clients.exchange([&] { server.turn(); });
  }
}

// --- tasks -------------------------------------------------------------------

net::Log quiet(true);

Coroutine<> echo(Connection& client) {
  while (Chunk chunk = co_await asyncio::receive(client)) {
    co_await asyncio::send_all(client, chunk);
  }
}

/// As the server does it.
Coroutine<> watched(net::Descriptor socket) {
  Connection client(std::move(socket), net::Address(), quiet);
  const Watch watch(client.fd());
  co_await echo(client);
}

/// Registered with the selector for each wait, and unregistered after it.
Coroutine<> registered_each_time(net::Descriptor socket) {
  Connection client(std::move(socket), net::Address(), quiet);
  co_await echo(client);
}

/// By calls that are coroutines.
Coroutine<> by_coroutines(net::Descriptor socket) {
  const Watch watch(socket.get());
  while (true) {
    const Chunk chunk = co_await asyncio::sock_recv(socket.get());
    if (!chunk) break;
    co_await asyncio::sock_sendall(socket.get(), chunk.bytes());
  }
}

void serve(benchmark::State& state, EventLoop& loop,
           Coroutine<> (*handler)(net::Descriptor)) {
  loop.set_exception_handler([](EventLoop&, const auto&) {});
  Clients clients([&](net::Descriptor socket) {
    loop.create_task(handler(std::move(socket)));
  });
  const auto turn = [&] {
    loop.stop();
    loop.run_forever();
  };
  turn();
  while (state.KeepRunningBatch(k_clients)) clients.exchange(turn);
  loop.close();
}

void on_readiness(benchmark::State& state,
                  Coroutine<> (*handler)(net::Descriptor)) {
  EventLoop loop;
  serve(state, loop, handler);
}

void on_completions(benchmark::State& state) {
  asyncio::ProactorEventLoop loop;
  serve(state, loop, watched);
}

bool has_io_uring() {
  try {
    const asyncio::ProactorEventLoop loop;
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

bool register_all() {
  benchmark::RegisterBenchmark("echo/by_hand", by_hand);
  benchmark::RegisterBenchmark("echo/watched", on_readiness, watched);
  benchmark::RegisterBenchmark("echo/registered_each_time", on_readiness,
                               registered_each_time);
  benchmark::RegisterBenchmark("echo/by_coroutines", on_readiness,
                               by_coroutines);
  if (has_io_uring()) {
    benchmark::RegisterBenchmark("echo/on_completions", on_completions);
  }
  return true;
}

[[maybe_unused]] const bool is_registered = register_all();

}  // namespace
