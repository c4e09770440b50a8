// How long coroutines take that run at the same time.
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/async_timed.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::async_timed;
using examples::delay;

Coroutine<> async_main() {
  const Task<int> task_one =
      asyncio::create_task(async_timed("long_delay", delay(2)));
  const Task<int> task_two =
      asyncio::create_task(async_timed("short_delay", delay(1)));
  co_await task_one;
  co_await task_two;
}

}  // namespace

int main() {
  asyncio::run(async_timed("main", async_main()));
}
