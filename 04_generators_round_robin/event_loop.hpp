// Round robin over generators that say what they wait for. Who waits is parked
// beside the queue, by descriptor; chapter 3's selector is asked only when the
// queue is empty.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <stdexcept>
#include <unordered_map>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/generator.hpp"

namespace generators {

// [region wait]
/// What a task yields: what it waits for, and where.
struct Wait {
  selectors::Events reason;  // k_event_read or k_event_write
  int fd;
};
// [end wait]

using Task = Generator<Wait>;

/// The selector cannot wait for what a task asked for. The task has been
/// destroyed; the others have not noticed.
class CannotWait : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// [region loop]
/// Runs its tasks in turns, each from one co_yield to the next. A descriptor
/// has at most one task that waits for it, and stays open for as long. The
/// selector outlives the loop. One thread.
class EventLoop {
 public:
  using Timeout = std::optional<std::chrono::nanoseconds>;

  explicit EventLoop(selectors::Selector& selector) : selector_(selector) {}
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() { clear(); }

  /// Puts `task` at the end of the queue. Throws std::bad_alloc.
  void add(Task task) { tasks_.push_back(std::move(task)); }

  /// Runs until every task has ended. What a task throws ends that task and
  /// comes out here, as CannotWait does and std::bad_alloc; call it again to go
  /// on with the others.
  void run();

  /// One turn: waits until somebody is ready, at most for `timeout` (none: as
  /// long as it takes), unless the queue has somebody already; then runs the
  /// queue until it is empty. Throws as `run` does.
  void run_once(Timeout timeout = std::nullopt);

  /// Whether any task has not ended.
  [[nodiscard]] bool has_tasks() const {
    return !tasks_.empty() || !to_read_.empty() || !to_write_.empty();
  }

  /// Destroys the task that waits for `fd`, if there is one.
  void forget(int fd);

  /// Destroys all tasks.
  void clear();

  using Parked = std::unordered_map<int, Task>;  // by descriptor
  [[nodiscard]] const Parked& to_read() const { return to_read_; }
  [[nodiscard]] const Parked& to_write() const { return to_write_; }

 private:
  void wait(Timeout timeout);
  void park(Task task, Wait wait);
  void wake(Wait wait);
  [[nodiscard]] Parked& parked(Wait wait);

  selectors::Selector& selector_;
  // [region queues]
  std::deque<Task> tasks_;  // who is ready, in order
  Parked to_read_;          // who waits for bytes
  Parked to_write_;         // who waits for room
  // [end queues]
};
// [end loop]

}  // namespace generators
