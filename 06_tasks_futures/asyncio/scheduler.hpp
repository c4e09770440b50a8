// What futures and tasks know of the loop: whose turn comes next.
#pragma once

#include <cstdint>
#include <utility>

#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
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

  /// Debug mode: much is checked and told, which takes time. It is on from the
  /// beginning if the environment says ASYNCIO_DEBUG, and not that it is empty.
  [[nodiscard]] bool get_debug() const noexcept {
    return k_has_debug_mode && is_debug_;
  }
  void set_debug(bool enabled) noexcept { is_debug_ = enabled; }
  /// In debug mode, throws RuntimeError if another thread runs the loop.
  void check_thread() const {
    if (get_debug()) throw_if_run_elsewhere();
  }

  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  /// Throws RuntimeError if it is closed, or as `check_thread` does.
  void check_open() const {
    check_thread();
    if (is_closed_) throw RuntimeError("Event loop is closed");
  }

 protected:
  Scheduler() noexcept;
  ~Scheduler() = default;

  RunQueue ready_;
  TaskBase* current_ = nullptr;
  TaskBase* tasks_ = nullptr;  // the newest; each knows its neighbours
  bool is_closed_ = false;

 private:
  friend class TaskBase;
  void throw_if_run_elsewhere() const;

  bool is_debug_;
  std::uint32_t tasks_made_ = 0;
};

}  // namespace asyncio
