// create_task gives something at once: a task, whose coroutine has not begun.
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::delay;

template <typename T>
const char* type_name(const Task<T>& /*task*/) {
  return "Task";
}
template <typename T>
const char* type_name(const Coroutine<T>& /*coroutine*/) {
  return "Coroutine";
}

Coroutine<> async_main() {
  const Task<int> sleep_for_three = asyncio::create_task(delay(3));
  std::puts(type_name(sleep_for_three));
  const int result = co_await sleep_for_three;
  std::printf("%d\n", result);
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
