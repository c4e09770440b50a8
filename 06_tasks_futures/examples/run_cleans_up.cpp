// run gives what main returns, or throws what it throws; tasks that are left it
// cancels, and waits until they have cleaned up.
#include <chrono>
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using examples::seconds;

Coroutine<> wait_for_nobody() {
  try {
    co_await asyncio::sleep(seconds(3600));
  } catch (const asyncio::CancelledError&) {
    std::puts("what was left is cancelled, and cleans up");
    throw;
  }
}

Coroutine<int> async_main() {
  asyncio::create_task(wait_for_nobody());
  co_await asyncio::sleep(0s);
  std::puts("main ends, the task is left");
  co_return 42;
}

Coroutine<> fail() {
  throw asyncio::ValueError("no luck");
  co_return;  // makes it a coroutine
}

}  // namespace

int main() {
  std::printf("run returns %d\n", asyncio::run(async_main()));
  try {
    asyncio::run(fail());
  } catch (const asyncio::ValueError& error) {
    std::printf("run throws: %s\n", error.what());
  }
}
