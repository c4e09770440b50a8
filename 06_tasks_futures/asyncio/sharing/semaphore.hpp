// A lock that so many may hold at a time.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/held.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

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
  virtual void release() { add_place(); }
  /// The same, of a place that is held; does nothing if all places are free,
  /// since somebody has released it by hand.
  virtual void give_back() noexcept { add_place(); }
  /// Whether `acquire` would have to wait.
  [[nodiscard]] bool locked() const noexcept;

  /// Takes a place, until what it gives dies.
  Coroutine<Held<Semaphore>> scoped();

 protected:
  [[nodiscard]] int value() const noexcept { return value_; }
  void add_place() noexcept;

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
  void give_back() noexcept override {
    if (value() < bound_) add_place();
  }

 private:
  int bound_;
};

}  // namespace asyncio
