// Something that happens, and those who wait for it.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

namespace asyncio {

/// Not set at first. It stays where it is. One thread.
class Event {
 public:
  /// Waits until it is set; not at all if it is. Throws RuntimeError if others
  /// wait for it in another loop.
  Coroutine<> wait();
  /// All who wait go on, even if it is cleared at once.
  void set() noexcept;
  void clear() noexcept { is_set_ = false; }
  [[nodiscard]] bool is_set() const noexcept { return is_set_; }

 private:
  Waiters waiters_;
  bool is_set_ = false;
};

}  // namespace asyncio
