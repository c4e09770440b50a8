// A task that only waits has to wait for its turn too: behind two that compute,
// its delay begins when they have ended.
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/delay.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::async_timed;
using examples::delay;
using examples::Stopwatch;

Coroutine<long> cpu_bound_work() {
  long counter = 0;
  const Stopwatch stopwatch;
  while (stopwatch.seconds() < 4) ++counter;
  co_return counter;
}

Coroutine<long> timed_work() {
  return async_timed("cpu_bound_work", cpu_bound_work());
}

Coroutine<> async_main() {
  const Task<long> task_one = asyncio::create_task(timed_work());
  const Task<long> task_two = asyncio::create_task(timed_work());
  const Task<int> delay_task = asyncio::create_task(delay(4));
  co_await task_one;
  co_await task_two;
  co_await delay_task;
}

}  // namespace

int main() {
  asyncio::run(async_timed("main", async_main()));
}
