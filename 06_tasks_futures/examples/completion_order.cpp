// Several at once, whichever ends first: in the order of their ends, and only
// the first of them.
#include <cstdio>
#include <vector>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Future;
using asyncio::ReturnWhen;
using asyncio::Task;
using examples::seconds;

Coroutine<int> sleep_and_return(int count) {
  co_await asyncio::sleep(seconds(count));
  co_return count;
}

std::vector<Task<int>> three_tasks() {
  std::vector<Task<int>> tasks;
  for (const int count : {3, 1, 2}) {
    tasks.push_back(asyncio::create_task(sleep_and_return(count)));
  }
  return tasks;
}

// [region as_completed]
Coroutine<> all_of_them() {
  auto completed = asyncio::as_completed(three_tasks());
  while (const Task<int>* task = co_await completed.next()) {
    std::printf("next came %d\n", task->result());
  }
}
// [end as_completed]

// [region wait]
Coroutine<> first_of_them() {
  const auto [done, pending] = co_await asyncio::wait(
      three_tasks(), {.return_when = ReturnWhen::first_completed});
  std::printf("first came %d, %zu are left\n", done.front().result(),
              pending.size());
  for (const Task<int>& task : pending) task.cancel();
}
// [end wait]

}  // namespace

int main() {
  asyncio::run(all_of_them());
  asyncio::run(first_of_them());
}
