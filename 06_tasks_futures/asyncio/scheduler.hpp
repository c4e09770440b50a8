// What futures and tasks know of the loop: whose turn comes next.
#pragma once

#include <cstdint>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/runnable.hpp"

namespace asyncio {

class TaskBase;

/// Who is to run in the next turn, who runs, and all tasks that have not ended.
/// One thread; outlives whatever is scheduled on it.
class Scheduler {
 public:
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Runs it in the next turn, after those who are there already.
  void schedule(Runnable& runnable) noexcept {
    if (is_closed_) return runnable.drop();
    ready_.push(runnable);
  }
  void schedule(RunQueue&& runnables) noexcept {
    if (is_closed_) return runnables.drop_all();
    ready_.append(std::move(runnables));
  }

  /// The task whose step runs now; null between steps.
  [[nodiscard]] TaskBase* current() const noexcept { return current_; }

  /// Of those that have not ended; null if there are none.
  [[nodiscard]] TaskBase* newest_task() const noexcept { return tasks_; }

  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  /// Throws RuntimeError if it is closed.
  void check_open() const {
    if (is_closed_) throw RuntimeError("Event loop is closed");
  }

 protected:
  Scheduler() = default;
  ~Scheduler() = default;

  RunQueue ready_;
  TaskBase* current_ = nullptr;
  TaskBase* tasks_ = nullptr;  // the newest; each knows its neighbours
  bool is_closed_ = false;

 private:
  friend class TaskBase;
  std::uint32_t tasks_made_ = 0;
};

}  // namespace asyncio
