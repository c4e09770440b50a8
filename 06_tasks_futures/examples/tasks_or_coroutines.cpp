// The same two functions as tasks, which run at the same time, and awaited as
// they are, one after the other: that works too, but takes twice as long.
#include <cmath>
#include <cstdio>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;
using examples::Stopwatch;

Coroutine<> fun1(int x) {
  std::printf("%d\n", x * x);
  co_await asyncio::sleep(seconds(3));
  std::puts("fun1 has finished");
}

Coroutine<> fun2(int x) {
  std::printf("%.1f\n", std::sqrt(x));
  co_await asyncio::sleep(seconds(3));
  std::puts("fun2 has finished");
}

Coroutine<> as_tasks() {
  const Task<> task1 = asyncio::create_task(fun1(4));
  const Task<> task2 = asyncio::create_task(fun2(4));
  co_await task1;
  co_await task2;
}

Coroutine<> as_coroutines() {
  co_await fun1(4);
  co_await fun2(4);
}

void run_timed(Coroutine<> main) {
  const Stopwatch stopwatch;
  std::printf("after %.1f s\n", stopwatch.seconds());
  asyncio::run(std::move(main));
  std::printf("after %.1f s\n", stopwatch.seconds());
}

}  // namespace

int main() {
  run_timed(as_tasks());
  run_timed(as_coroutines());
}
