// Loops side by side, each in a thread of its own: does a second one double
// what is done? Each echoes to a client of its own, so nobody else's threads
// are in the figure.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/workers.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace {

using asyncio::Coroutine;

constexpr int k_clients = 25;  // of each worker
constexpr int k_messages = 400;
constexpr std::size_t k_size = 1024;

/// A connection over the loopback, both of whose ends are here.
struct Connection {
  Connection() {
    const net::Descriptor listener = net::listen_on(net::resolve("::1", 0));
    const net::Address address = net::local_address(listener.get());
    client = net::Descriptor(
        ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    net::checked(::connect(client.get(), address.pointer(), address.size()),
                 "connect");
    server = net::Descriptor(
        ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    for (const auto* one : {&client, &server}) net::set_nonblocking(one->get());
  }

  net::Descriptor client;
  net::Descriptor server;
};

Coroutine<> echo(int fd) {
  for (int i = 0; i < k_messages; ++i) {
    const asyncio::Chunk chunk = co_await asyncio::sock_recv(fd);
    co_await asyncio::sock_sendall(fd, chunk.bytes());
  }
}

Coroutine<> talk(int fd) {
  const std::array<std::byte, k_size> message{};
  for (int i = 0; i < k_messages; ++i) {
    co_await asyncio::sock_sendall(fd, message);
    const asyncio::Chunk answer = co_await asyncio::sock_recv(fd);
  }
}

Coroutine<> work(const std::vector<Connection>& connections) {
  std::vector<Coroutine<>> all;
  for (const Connection& one : connections) {
    all.push_back(echo(one.server.get()));
    all.push_back(talk(one.client.get()));
  }
  co_await asyncio::gather(std::move(all));
}

void messages(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<std::vector<Connection>> connections(n);
  for (auto& of_one : connections) of_one = std::vector<Connection>(k_clients);
  net::Log log(true);
  for (auto _ : state) {
    asyncio::Workers workers(log);
    for (const auto& of_one : connections) {
      workers.add([&of_one] { return work(of_one); });
    }
    if (workers.run([] {}) > 0) state.SkipWithError("a worker failed");
  }
  const auto done = static_cast<double>(n) * k_clients * k_messages *
                    static_cast<double>(state.iterations());
  state.counters["messages"] =
      benchmark::Counter(done, benchmark::Counter::kIsRate);
  state.counters["messages_a_run"] =
      static_cast<double>(n) * k_clients * k_messages;
}
BENCHMARK(messages)
    ->ArgName("workers")
    ->Arg(1)
    ->Arg(2)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
