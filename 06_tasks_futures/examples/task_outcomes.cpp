// What a task can be asked: whether it is done, and then what it came to: a
// result, an exception, or a cancellation.
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;

Coroutine<int> succeed() {
  co_return 42;
}

Coroutine<int> fail() {
  throw asyncio::ValueError("no luck");
  co_return 0;  // makes it a coroutine
}

Coroutine<int> dawdle() {
  co_await asyncio::sleep(seconds(3600));
  co_return 0;
}

void tell(const Task<int>& task) {
  const std::string name = task.get_name();
  if (!task.done()) {
    std::printf("%s is not done\n", name.c_str());
  } else if (task.cancelled()) {
    std::printf("%s was cancelled\n", name.c_str());
  } else if (const std::exception_ptr error = task.exception()) {
    const std::string what = asyncio::describe(error);
    std::printf("%s failed: %s\n", name.c_str(), what.c_str());
  } else {
    std::printf("%s returned %d\n", name.c_str(), task.result());
  }
}

Coroutine<> async_main() {
  const std::vector<Task<int>> tasks = {
      asyncio::create_task(succeed(), "first"),
      asyncio::create_task(fail(), "second"),
      asyncio::create_task(dawdle(), "third")};
  for (const Task<int>& task : tasks) tell(task);
  co_await asyncio::sleep(0s);
  tasks[2].cancel();
  co_await asyncio::wait(tasks);
  for (const Task<int>& task : tasks) tell(task);
  try {
    co_await tasks[1];
  } catch (const asyncio::ValueError& error) {
    std::printf("who awaits it gets it: %s\n", error.what());
  }
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
