// A task that only waits has to wait for its turn too: behind two that compute,
// its delay begins when they have ended.
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/async_timed.hpp"
#include "06_tasks_futures/examples/cpu_bound_work.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::async_timed;
using examples::delay;
using examples::timed_work;

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
