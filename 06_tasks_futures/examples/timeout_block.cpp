// A limit for several steps together, which is moved while they run.
#include <chrono>
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Timeout;
using examples::seconds;

// [region timeout]
Coroutine<> step(int number) {
  co_await asyncio::sleep(seconds(2));
  std::printf("step %d is done\n", number);
}

Coroutine<> async_main() {
  try {
    co_await asyncio::timeout(seconds(3), [&](Timeout& limit) -> Coroutine<> {
      co_await step(1);
      limit.reschedule(*limit.when() + seconds(2));  // that went well
      co_await step(2);
      co_await step(3);
    });
  } catch (const asyncio::TimeoutError&) {
    std::puts("timeout!");
  }
}
// [end timeout]

}  // namespace

int main() {
  asyncio::run(async_main());
}
