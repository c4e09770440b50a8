#include "06_tasks_futures/asyncio/any_task.hpp"

#include <algorithm>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

std::optional<AnyTask> current_task() {
  TaskBase* task = get_running_loop().current();
  if (!task) return std::nullopt;
  return AnyTask(*task);
}

std::vector<AnyTask> all_tasks(const EventLoop& loop) {
  std::vector<AnyTask> tasks;
  for (TaskBase* task = loop.newest_task(); task; task = task->older()) {
    tasks.emplace_back(*task);
  }
  std::reverse(tasks.begin(), tasks.end());
  return tasks;
}

std::vector<AnyTask> all_tasks() {
  return all_tasks(get_running_loop());
}

}  // namespace asyncio
