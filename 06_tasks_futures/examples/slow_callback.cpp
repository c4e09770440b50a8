// Debug mode says who keeps the loop from the others.
#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using namespace std::chrono_literals;

// [region slow]
Coroutine<int> cpu_bound_work() {
  const auto end = std::chrono::steady_clock::now() + 300ms;
  while (std::chrono::steady_clock::now() < end) {
  }
  co_return 100;
}

Coroutine<> async_main() {
  const Task<int> task = asyncio::create_task(cpu_bound_work());
  const int result = co_await task;
  std::printf("the result is %d\n", result);
}

// [end slow]

}  // namespace

// [region main]
int main() {
  asyncio::run(async_main(), {.debug = true});
}
// [end main]
