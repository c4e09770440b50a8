// A place where so many wait for each other.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/sharing/condition.hpp"

namespace asyncio {

/// Thrown where a task waits at a barrier that is aborted or reset.
class BrokenBarrierError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

/// Lets its parties pass when all have come; then it waits for all of them to
/// have left, and for the next. It stays where it is, and outlives those who
/// wait. One thread.
class Barrier {
 public:
  /// Throws ValueError if there are no `parties`.
  explicit Barrier(int parties);

  /// Waits for the others, and gives how many had come before: each gets
  /// another number. Throws BrokenBarrierError if it is aborted or reset
  /// meanwhile, or was aborted before.
  Coroutine<int> wait();
  /// Those who wait get a BrokenBarrierError; the next are let in.
  Coroutine<> reset();
  /// The same, and nobody is let in, until it is reset.
  Coroutine<> abort();

  [[nodiscard]] int parties() const noexcept { return parties_; }
  /// How many have come, and wait for the others.
  [[nodiscard]] int n_waiting() const noexcept {
    return state_ == State::filling ? count_ : 0;
  }
  [[nodiscard]] bool broken() const noexcept { return state_ == State::broken; }

 private:
  enum class State : unsigned char { filling, draining, resetting, broken };

  Coroutine<> wait_for_entry();
  Coroutine<> wait_for_others();
  void change(State state) noexcept;
  void leave() noexcept;

  Condition changed_;
  int parties_;
  int count_ = 0;  // how many are inside
  State state_ = State::filling;
};

}  // namespace asyncio
