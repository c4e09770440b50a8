// A lock for tasks. Between two awaits nobody else runs, so it is needed only
// where a task awaits in the middle of what the others must not see.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/held.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

namespace asyncio {

/// Held by one at a time, in the order of asking. Not by a task: any may
/// release it. It stays where it is, and outlives those who hold it. One
/// thread.
class Lock {
 public:
  /// Waits until it is free, and takes it. If it is free, nobody else runs
  /// meanwhile. Throws RuntimeError if others wait for it in another loop.
  Coroutine<> acquire();
  /// Frees it, and lets the first that waits have it. Throws RuntimeError if
  /// nobody holds it.
  void release();
  /// The same, if somebody does.
  void give_back() noexcept;
  [[nodiscard]] bool locked() const noexcept { return is_locked_; }

  /// Takes it, until what it gives dies: `auto held = co_await lock.scoped();`
  Coroutine<Held<Lock>> scoped();

 private:
  friend class Condition;

  /// For whoever asks now: those who wait come first.
  [[nodiscard]] bool is_free() const noexcept {
    return !is_locked_ && waiters_.all_cancelled();
  }
  void wake_first() noexcept;
  void pass_on() noexcept;

  Waiters waiters_;
  bool is_locked_ = false;
};

}  // namespace asyncio
