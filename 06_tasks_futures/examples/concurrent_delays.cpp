// However many tasks wait, they wait at the same time.
#include <cstdio>
#include <vector>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/delay.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::delay;
using examples::seconds;
using examples::Stopwatch;

Coroutine<> three_delays() {
  const Stopwatch stopwatch;
  const Task<int> one = asyncio::create_task(delay(3));
  const Task<int> two = asyncio::create_task(delay(3));
  const Task<int> three = asyncio::create_task(delay(3));
  co_await one;
  co_await two;
  co_await three;
  std::printf("3 tasks of 3 s took %.1f s\n", stopwatch.seconds());
}

Coroutine<> wait_a_second() {
  co_await asyncio::sleep(seconds(1));
}

Coroutine<> many_delays(int count) {
  const Stopwatch stopwatch;
  std::vector<Task<>> tasks;
  for (int i = 0; i < count; ++i) {
    tasks.push_back(asyncio::create_task(wait_a_second()));
  }
  for (const Task<>& task : tasks) co_await task;
  std::printf("%d tasks of 1 s took %.1f s\n", count, stopwatch.seconds());
}

Coroutine<> async_main() {
  co_await three_delays();
  for (const int count : {10, 1'000, 10'000}) co_await many_delays(count);
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
