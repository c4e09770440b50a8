// Whoever ends first, gather gives the results in the order of its arguments.
#include <cstdio>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/delay.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::delay;

// [region gather]
Coroutine<> async_main() {
  const auto [one, two, three] =
      co_await asyncio::gather(delay(3), delay(1), delay(2));
  std::printf("results: %d %d %d\n", one, two, three);

  std::vector<Task<int>> tasks;
  for (const int count : {3, 1, 2}) {
    tasks.push_back(asyncio::create_task(delay(count)));
  }
  const std::vector<int> results = co_await asyncio::gather(tasks);
  std::printf("results: %d %d %d\n", results[0], results[1], results[2]);
}
// [end gather]

}  // namespace

int main() {
  asyncio::run(async_main());
}
