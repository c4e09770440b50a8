// A block that no task outlives: if one fails, the others are cancelled.
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::TaskGroup;
using examples::seconds;

// [region task_group]
Coroutine<> download(std::string page, int length) {
  try {
    co_await asyncio::sleep(seconds(length));
  } catch (const asyncio::CancelledError&) {
    std::printf("%s is called off\n", page.c_str());
    throw;
  }
  if (length == 2) throw std::runtime_error(page + " is not there");
  std::printf("%s is there\n", page.c_str());
}

Coroutine<> async_main() {
  try {
    co_await asyncio::task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(download("a.html", 1));
      group.create_task(download("b.html", 2));
      group.create_task(download("c.html", 3));
      co_return;
    });
  } catch (const asyncio::ExceptionGroup& group) {
    std::puts(group.what());
    for (const std::exception_ptr& each : group.exceptions()) {
      std::printf("- %s\n", asyncio::describe(each).c_str());
    }
  }
}
// [end task_group]

}  // namespace

int main() {
  asyncio::run(async_main());
}
