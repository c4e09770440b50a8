// A lock that so many may hold at a time.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/held.hpp"
#include "06_tasks_futures/asyncio/waiters.hpp"

namespace asyncio {

/// So many places, taken in the order of asking. It stays where it is, and
/// outlives those who hold a place. One thread.
class Semaphore {
 public:
  /// Throws ValueError if `value` is below zero.
  explicit Semaphore(int value = 1);
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  virtual ~Semaphore() = default;

  /// Waits for a place, and takes it. If there is one, and nobody waits,
  /// nobody else runs meanwhile. Throws RuntimeError if others wait for it in
  /// another loop.
  Coroutine<> acquire();
  /// One place more.
  virtual void release();
  /// The same, of a place that is held.
  void give_back() noexcept { release(); }
  /// Whether `acquire` would have to wait.
  [[nodiscard]] bool locked() const noexcept;

  /// Takes a place, until what it gives dies.
  Coroutine<Held<Semaphore>> scoped();

 protected:
  [[nodiscard]] int value() const noexcept { return value_; }

 private:
  bool wake_next() noexcept;
  void leave(const Waiter& waiter) noexcept;

  Waiters waiters_;
  int value_;      // places that are free, and kept for nobody
  int woken_ = 0;  // have a place, but not yet their turn
};

/// A semaphore that never has more places than at first.
class BoundedSemaphore final : public Semaphore {
 public:
  explicit BoundedSemaphore(int value = 1) : Semaphore(value), bound_(value) {}

  /// Throws ValueError if all places are free.
  void release() override;

 private:
  int bound_;
};

}  // namespace asyncio
