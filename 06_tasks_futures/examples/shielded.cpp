// To wait no longer than five seconds, and let the task go on all the same.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/shield.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;

// [region shield]
Coroutine<int> ten_seconds() {
  co_await asyncio::sleep(seconds(10));
  co_return 10;
}

Coroutine<> async_main() {
  const Task<int> task = asyncio::create_task(ten_seconds());
  try {
    co_await asyncio::wait_for(asyncio::shield(task), seconds(5));
  } catch (const asyncio::TimeoutError&) {
    std::puts("the task took more than 5 s, it will finish soon");
  }
  std::printf("%d\n", co_await task);
}
// [end shield]

}  // namespace

int main() {
  asyncio::run(async_main());
}
