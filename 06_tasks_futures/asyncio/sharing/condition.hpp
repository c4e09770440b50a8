// To wait until something is so, under a lock.
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/sharing/lock.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

namespace asyncio {

/// A lock, and those who have left it until they are told that something has
/// changed. It stays where it is, and outlives those who hold it. One thread.
class Condition {
 public:
  /// With a lock of its own.
  Condition() noexcept : lock_(own_) {}
  /// With `lock`, which outlives it.
  explicit Condition(Lock& lock) noexcept : lock_(lock) {}
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  /// See Lock.
  Coroutine<> acquire() { return lock_.acquire(); }
  void release() { lock_.release(); }
  [[nodiscard]] bool locked() const noexcept { return lock_.locked(); }
  Coroutine<Held<Lock>> scoped() { return lock_.scoped(); }

  /// Frees the lock, waits until it is told, and takes the lock again: also
  /// when it is cancelled. Look again then whether it is so. Throws
  /// RuntimeError if nobody holds the lock.
  Coroutine<> wait();
  /// Waits until `predicate()` is true, and gives what it gave.
  template <typename Predicate>
  auto wait_for(Predicate&& predicate) {
    static_assert(DestroyedOnce<Predicate>, "name the function first");
    return wait_until<std::decay_t<Predicate>>(
        std::forward<Predicate>(predicate));
  }

  /// Tells `n` of those who wait, or all: they go on when they have the lock.
  /// Throws RuntimeError if nobody holds the lock.
  void notify(int n = 1);
  void notify_all();

 private:
  friend class Barrier;

  void check_locked(const char* message) const;
  void wake(int n) noexcept;

  template <std::invocable Predicate>
  Coroutine<std::decay_t<std::invoke_result_t<Predicate&>>> wait_until(
      Predicate predicate) {
    auto result = predicate();
    while (!result) {
      co_await wait();
      result = predicate();
    }
    co_return std::move(result);
  }

  Lock own_;
  Lock& lock_;
  Waiters waiters_;
};

}  // namespace asyncio
