// A task that only wants to beat shows how long the others keep the loop.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;
using examples::Stopwatch;

// [region heartbeat]
/// Beats ten times a second until it is cancelled, and keeps in `worst` how
/// late a beat has come, in seconds.
Coroutine<> heartbeat(double& worst) {
  while (true) {
    const Stopwatch stopwatch;
    co_await asyncio::sleep(seconds(1) / 10);
    worst = std::max(worst, stopwatch.seconds() - 0.1);
  }
}
// [end heartbeat]

void slow_call() {
  std::this_thread::sleep_for(seconds(2));
}

Coroutine<> only_sleep() {
  co_await asyncio::sleep(seconds(2));
}

Coroutine<> call_here() {
  slow_call();
  co_return;
}

Coroutine<> call_in_thread() {
  co_await asyncio::to_thread(slow_call);
}

// [region measure]
Coroutine<> measure(const char* name, Coroutine<> work) {
  double worst = 0;
  const Task<> beating = asyncio::create_task(heartbeat(worst));
  co_await asyncio::sleep(seconds(0));
  co_await std::move(work);
  co_await asyncio::sleep(seconds(1) / 5);
  beating.cancel();
  std::printf("%s: a beat came a second late: %s\n", name,
              examples::truth(worst > 1));
}

Coroutine<> async_main() {
  co_await measure("sleep", only_sleep());
  co_await measure("a call that blocks", call_here());
  co_await measure("the same in a thread", call_in_thread());
}
// [end measure]

}  // namespace

int main() {
  asyncio::run(async_main());
}
