// Tasks of any type: the one that runs, and all of a loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "06_tasks_futures/asyncio/task.hpp"

namespace asyncio {

class EventLoop;

/// A task of any type: what it came to is not known here.
class AnyTask : public AnyFuture {
 public:
  explicit AnyTask(TaskBase& task) noexcept
      : AnyFuture(task.future()), task_(&task) {}
  template <typename T>
  AnyTask(const Task<T>& task) noexcept : AnyTask(*task.state().as_task()) {}

  [[nodiscard]] int cancelling() const noexcept { return task_->cancelling(); }
  int uncancel() const noexcept { return task_->uncancel(); }
  [[nodiscard]] std::string get_name() const { return task_->name(); }
  void set_name(std::string_view name) const { task_->set_name(name); }

 private:
  TaskBase* task_;
};

/// The task whose step runs. None in a callback. Throws RuntimeError if no loop
/// runs.
[[nodiscard]] std::optional<AnyTask> current_task();

/// The tasks that have not ended, the oldest first: of `loop`, or of the one
/// that runs.
[[nodiscard]] std::vector<AnyTask> all_tasks(const EventLoop& loop);
[[nodiscard]] std::vector<AnyTask> all_tasks();

}  // namespace asyncio
