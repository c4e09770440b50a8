// What other threads, and signal handlers, hand to a loop that may be asleep.
#pragma once

#include <atomic>
#include <mutex>

#include "06_tasks_futures/asyncio/runnable.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// A queue for other threads, with a descriptor that wakes the loop
/// (eventfd(2)). `push` and `wake` may be called in any thread, `wake` in a
/// signal handler too; the rest belongs to the loop's.
class Inbox {
 public:
  /// Throws std::system_error.
  Inbox();

  /// False if the loop has closed: `runnable` stays the caller's.
  [[nodiscard]] bool push(Runnable& runnable) noexcept;

  /// Makes `fd` readable. Async-signal-safe.
  void wake() noexcept;

  /// Whether `take` has to be called: cheap enough for every turn.
  [[nodiscard]] bool has_come() const noexcept {
    return has_come_.load(std::memory_order_acquire);
  }
  /// `fd` was found readable.
  void wake_has_come() noexcept { has_come_ = true; }
  /// What has come since the last call.
  [[nodiscard]] RunQueue take() noexcept;

  /// From here on nothing comes in.
  void close() noexcept;

  [[nodiscard]] int fd() const noexcept { return wake_up_.get(); }

 private:
  net::Descriptor wake_up_;
  std::atomic<bool> has_come_ = false;
  std::mutex mutex_;  // of what follows
  RunQueue queue_;
  bool is_closed_ = false;
};

}  // namespace asyncio
