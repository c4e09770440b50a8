// To wait, but not for longer than a second: what takes longer is cancelled.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;
using examples::truth;

// [region wait_for]
Coroutine<int> two_seconds() {
  co_await asyncio::sleep(seconds(2));
  co_return 2;
}

Coroutine<> async_main() {
  const Task<int> task = asyncio::create_task(two_seconds());
  try {
    std::printf("%d\n", co_await asyncio::wait_for(task, seconds(1)));
  } catch (const asyncio::TimeoutError&) {
    std::puts("timeout!");
    std::printf("was the task cancelled? %s\n", truth(task.cancelled()));
  }
}
// [end wait_for]

}  // namespace

int main() {
  asyncio::run(async_main());
}
