// To cancel a task is to ask it: it is done a turn later, so main looks once
// more than it would if it were told to end.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;

// [region cancel]
Coroutine<> wait_an_hour() {
  co_await asyncio::sleep(seconds(3600));
}

Coroutine<> async_main() {
  const Task<> long_task = asyncio::create_task(wait_an_hour());
  int seconds_elapsed = 0;
  while (!long_task.done()) {
    std::puts("the task has not finished, the next look is in a second");
    co_await asyncio::sleep(seconds(1));
    if (++seconds_elapsed == 5) long_task.cancel();
  }
  try {
    co_await long_task;
  } catch (const asyncio::CancelledError&) {
    std::puts("the task was cancelled");
  }
}
// [end cancel]

}  // namespace

int main() {
  asyncio::run(async_main());
}
