// What it costs to create a thread or a process and to see it end, and what a
// loop of pure computing gains from a second thread. Run it with:
//   build/release/01_blocking/create_bench
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

#include "common/net/system_call.hpp"

namespace {

void create_thread(benchmark::State& state) {
  for (auto _ : state) std::thread([] {}).join();
}

void create_process(benchmark::State& state) {
  for (auto _ : state) {
    const pid_t pid = net::checked(::fork(), "fork");
    if (pid == 0) ::_exit(0);
    net::checked(::waitpid(pid, nullptr, 0), "waitpid");
  }
}

std::uint64_t compute() {
  std::uint64_t x = 1;
  for (int i = 0; i < 10'000'000; ++i) x = x * 6364136223846793005U + 1;
  return x;
}

// Two pieces of work, one after the other and side by side: without a lock that
// lets one thread run at a time, the second way takes half as long.
void two_computations_in_turn(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute());
    benchmark::DoNotOptimize(compute());
  }
}

void two_computations_in_two_threads(benchmark::State& state) {
  for (auto _ : state) {
    std::thread other([] { benchmark::DoNotOptimize(compute()); });
    benchmark::DoNotOptimize(compute());
    other.join();
  }
}

}  // namespace

BENCHMARK(create_thread)->UseRealTime();
BENCHMARK(create_process)->UseRealTime();
BENCHMARK(two_computations_in_turn)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(two_computations_in_two_threads)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
