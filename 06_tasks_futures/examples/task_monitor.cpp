// A task that tells of all the others what they are about.
#include "06_tasks_futures/examples/task_monitor.hpp"

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::delay;
using examples::monitor_tasks;
using examples::print_tasks;
using examples::seconds;

Coroutine<> async_main() {
  const Task<int> tea = asyncio::create_task(delay(1), "tea");
  const Task<int> coffee = asyncio::create_task(delay(3), "coffee");
  print_tasks();
  const Task<> monitor =
      asyncio::create_task(monitor_tasks(seconds(2)), "monitor");
  co_await tea;
  co_await coffee;
  monitor.cancel();
  print_tasks();
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
