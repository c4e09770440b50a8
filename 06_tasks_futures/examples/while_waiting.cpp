// While two tasks wait, whoever made them does something else.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::delay;
using examples::seconds;

Coroutine<> hello_every_second() {
  for (int i = 0; i < 2; ++i) {
    co_await asyncio::sleep(seconds(1));
    std::puts("other code runs while I wait");
  }
}

Coroutine<> async_main() {
  const Task<int> first_delay = asyncio::create_task(delay(3));
  const Task<int> second_delay = asyncio::create_task(delay(3));
  co_await hello_every_second();
  co_await first_delay;
  co_await second_delay;
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
