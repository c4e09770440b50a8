// What waiting costs. Ten clients are connected and say nothing; for a fifth of
// a second somebody waits for them, by asking again and again, or in select.
// `cores` is the share of one core that the waiting took. Run it with:
//   build/release/02_select/waiting_bench
#include <benchmark/benchmark.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <vector>

#include "common/net/socket_pair.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int k_clients = 10;
constexpr std::chrono::milliseconds k_wait{200};

struct SilentClient : net::SocketPair {
  SilentClient() : SocketPair(SOCK_NONBLOCK) {}
};

// [region busy]
// Every socket says EAGAIN, so ask the next one; and so on, round and round.
void ask_again_and_again(const std::vector<SilentClient>& clients) {
  const auto end = Clock::now() + k_wait;
  char byte = 0;
  while (Clock::now() < end) {
    for (const SilentClient& client : clients) {
      (void)::recv(client.here.get(), &byte, 1, 0);
    }
  }
}
// [end busy]

// [region select]
void wait_in_select(const std::vector<SilentClient>& clients) {
  fd_set readable{};
  for (const SilentClient& client : clients)
    FD_SET(client.here.get(), &readable);
  timeval timeout{.tv_sec = 0,
                  .tv_usec = std::chrono::microseconds(k_wait).count()};
  ::select(clients.back().there.get() + 1, &readable, nullptr, nullptr,
           &timeout);
}
// [end select]

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         1e-9 * static_cast<double>(used.tv_nsec);
}

void wait_for_silent_clients(benchmark::State& state,
                             void (*wait)(const std::vector<SilentClient>&)) {
  const std::vector<SilentClient> clients(k_clients);
  const double cpu_before = cpu_seconds();
  const auto begin = Clock::now();
  for (auto _ : state) wait(clients);
  const std::chrono::duration<double> waited = Clock::now() - begin;
  state.counters["cores"] = (cpu_seconds() - cpu_before) / waited.count();
}

}  // namespace

BENCHMARK_CAPTURE(wait_for_silent_clients, asking, ask_again_and_again)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(wait_for_silent_clients, select, wait_in_select)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
