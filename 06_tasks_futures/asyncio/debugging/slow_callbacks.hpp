// Who keeps the loop from the others, in debug mode.
#pragma once

#include <chrono>

#include "06_tasks_futures/asyncio/runnable.hpp"
#include "06_tasks_futures/asyncio/timers.hpp"

namespace asyncio {

/// The part of a loop that measures each callback, and each step of a task. One
/// that takes too long is told on stderr: `Executing <Task ...> took 0.123
/// seconds`.
class SlowCallbacks {
 public:
  SlowCallbacks(const SlowCallbacks&) = delete;
  SlowCallbacks& operator=(const SlowCallbacks&) = delete;

  /// How long is too long: 100 ms, if nothing else was set.
  [[nodiscard]] Clock::duration slow_callback_duration() const noexcept {
    return slow_callback_duration_;
  }
  void set_slow_callback_duration(Clock::duration duration) noexcept {
    slow_callback_duration_ = duration;
  }

 protected:
  SlowCallbacks() = default;
  ~SlowCallbacks() = default;

  /// What it throws ends the loop's run.
  void run_measured(Runnable& runnable) const;

 private:
  Clock::duration slow_callback_duration_ = std::chrono::milliseconds(100);
};

}  // namespace asyncio
