// What cpu_bound_and_delay suffers from, cured: the computations run in
// threads, or in processes, and the delay begins at once.
#include <cmath>
#include <cstdio>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::ProcessPoolExecutor;
using asyncio::ThreadPoolExecutor;
using examples::seconds;
using examples::Stopwatch;

// [region work]
/// Counts for four seconds, and gives whether it came anywhere.
bool cpu_bound_work() {
  long counter = 0;
  const Stopwatch stopwatch;
  while (stopwatch.seconds() < 4) ++counter;
  return counter > 0;
}

Coroutine<bool> compute_here() {
  co_return cpu_bound_work();
}

template <typename Executor>
Coroutine<> measure(const char* name, Executor& executor) {
  const Stopwatch stopwatch;
  co_await asyncio::gather(asyncio::run_in_executor(executor, cpu_bound_work),
                           asyncio::run_in_executor(executor, cpu_bound_work),
                           asyncio::sleep(seconds(4)));
  std::printf("in %s: the time of %d\n", name, stopwatch.whole_seconds());
}

Coroutine<> async_main(ThreadPoolExecutor& threads,
                       ProcessPoolExecutor& processes) {
  const Stopwatch stopwatch;
  co_await asyncio::gather(compute_here(), compute_here(),
                           asyncio::sleep(seconds(4)));
  std::printf("in the loop: the time of %d\n", stopwatch.whole_seconds());
  co_await measure("threads", threads);
  co_await measure("processes", processes);
}
// [end work]

}  // namespace

// [region main]
int main() {
  ProcessPoolExecutor processes({.max_workers = 2});  // before any thread
  ThreadPoolExecutor threads({.max_workers = 2});
  asyncio::run(async_main(threads, processes));
}
// [end main]
