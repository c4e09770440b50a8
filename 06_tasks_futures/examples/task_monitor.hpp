// What the tasks of a loop are about: a look at them from within.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace examples {

/// What a task that has not ended is about.
inline const char* state_of(const asyncio::AnyTask& task) {
  if (task == asyncio::current_task()) return "running";
  if (task.cancelling() > 0) return "to be cancelled";
  return "waiting";
}

// [region monitor]
/// Prints the tasks of the loop that runs, by name.
inline void print_tasks() {
  std::vector<asyncio::AnyTask> tasks = asyncio::all_tasks();
  std::ranges::sort(tasks, {}, &asyncio::AnyTask::get_name);
  for (const asyncio::AnyTask& task : tasks) {
    std::printf("%-10s %s\n", task.get_name().c_str(), state_of(task));
  }
}

/// To be made a task: prints all of them now, and whenever `period` has passed,
/// until it is cancelled.
inline asyncio::Coroutine<> monitor_tasks(std::chrono::nanoseconds period) {
  while (true) {
    print_tasks();
    co_await asyncio::sleep(period);
  }
}
// [end monitor]

}  // namespace examples
