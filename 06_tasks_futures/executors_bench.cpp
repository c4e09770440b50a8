// Eight jobs as coroutines, in threads and in processes: which of them helps
// whom. Python's threads and processes stand beside.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "common/bench/twin.hpp"

namespace {

using asyncio::Coroutine;
using namespace std::chrono_literals;

constexpr std::size_t k_jobs = 8;
constexpr auto k_wait = 20ms;

// ---- the jobs: each takes about as long as the others

/// For the processor; it gives how far it came.
int compute() {
  std::uint32_t number = 1;
  for (int i = 0; i < 10'000'000; ++i) {
    number = number * 1'664'525 + 1'013'904'223;
    benchmark::DoNotOptimize(number);
  }
  return static_cast<int>(number >> 16);
}

/// For a call that only waits, and does not let anybody go on meanwhile.
int block() {
  std::this_thread::sleep_for(k_wait);
  return 0;
}

Coroutine<int> wait() {
  co_await asyncio::sleep(k_wait);
  co_return 0;
}
/// The same for somebody who has no loop.
int wait_in_loop() {
  return asyncio::run(wait());
}

struct Job {
  const char* name;
  int (*call)();
  Coroutine<int> (*await)();
};

Coroutine<int> compute_here() {
  co_return compute();
}
Coroutine<int> block_here() {
  co_return block();
}

constexpr std::array k_all_jobs = {Job{"compute", compute, compute_here},
                                   Job{"block", block, block_here},
                                   Job{"wait", wait_in_loop, wait}};

// ---- who does them

void one(benchmark::State& state, const Job& job) {
  for (auto _ : state) benchmark::DoNotOptimize(job.call());
}

Coroutine<> await_all(const Job& job) {
  std::vector<Coroutine<int>> jobs;
  for (std::size_t i = 0; i < k_jobs; ++i) jobs.push_back(job.await());
  co_await asyncio::gather(std::move(jobs));
}

void coroutines(benchmark::State& state, const Job& job) {
  for (auto _ : state) asyncio::run(await_all(job));
}

/// The workers exist already: what they cost to start is chapter 1's affair.
template <typename Executor>
void in_executor(benchmark::State& state, const Job& job, std::size_t workers) {
  Executor executor({.max_workers = workers});
  const auto call_all = [&] {
    std::vector<asyncio::ConcurrentFuture<int>> results;
    for (std::size_t i = 0; i < k_jobs; ++i) {
      results.push_back(executor.submit(job.call));
    }
    for (const auto& result : results) result.result();
  };
  call_all();
  for (auto _ : state) call_all();
}

void compute_in_threads(benchmark::State& state) {
  in_executor<asyncio::ThreadPoolExecutor>(
      state, k_all_jobs.front(), static_cast<std::size_t>(state.range(0)));
}

/// A worker for each job.
template <typename Executor>
void in_all(benchmark::State& state, const Job& job) {
  in_executor<Executor>(state, job, k_jobs);
}

bool register_all() {
  const auto add = [](const std::string& name, auto function, const Job& job) {
    benchmark::RegisterBenchmark((name + "/" + job.name).c_str(), function, job)
        ->UseRealTime();
  };
  for (const Job& job : k_all_jobs) {
    add("one", one, job);
    add("coroutines", coroutines, job);
    add("threads", in_all<asyncio::ThreadPoolExecutor>, job);
    add("processes", in_all<asyncio::ProcessPoolExecutor>, job);
  }
  benchmark::RegisterBenchmark("computing", compute_in_threads)
      ->Arg(1)
      ->Arg(2)
      ->UseRealTime();
  const bench::Twin twin = bench::python_twin();
  if (!twin.runs("threads 1 1")) return true;
  for (const std::string workers : {"1", "2"}) {
    twin.add("computing/python_threads:" + workers, "threads " + workers);
    twin.add("computing/python_processes:" + workers, "processes " + workers);
  }
  return true;
}

[[maybe_unused]] const bool is_registered = register_all();

}  // namespace
