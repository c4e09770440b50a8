// Those who wait for a lock, an event or an item, in the order of their coming.
#pragma once

#include <coroutine>
#include <string>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// A place in a ring, between two neighbours; alone, it is its own.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

 private:
  friend class Waiter;
  friend class Waiters;

  void link_before(Link& next) noexcept;
  void unlink() noexcept;

  Link* next_ = this;
  Link* previous_ = this;
};

class Waiter;

/// First in, first out. Who was woken or cancelled may stay until its turn
/// comes. It owns none of them, and may die before they do. One loop's, from
/// the first that waits.
class Waiters {
 public:
  /// Null if nobody is here.
  [[nodiscard]] Waiter* first() const noexcept;
  /// Nobody is here, but for those who were cancelled.
  [[nodiscard]] bool all_cancelled() const noexcept;

  /// Wakes the first that still waits, and takes it out. False if nobody does.
  bool wake_next() noexcept;
  void wake_all() noexcept {
    while (wake_next()) {
    }
  }

 private:
  friend class Waiter;
  Link ends_;  // its neighbours are the first and the last
  const EventLoop* loop_ = nullptr;
};

/// The wait of the task that runs, in the frame of whoever waits: it is to be
/// awaited at once. As if for a future, but it needs no memory.
class Waiter final : public Waited, private Link {
 public:
  /// Comes last. `name` is what is waited for: it stands in the RuntimeError
  /// thrown if others wait there in another loop.
  Waiter(Waiters& waiters, const char* name);

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) {
    self.promise().waits_at(here);
    task_->wait_for(*this);
  }
  /// The wait is over: it is not among the waiters any more. Throws
  /// CancelledError.
  void await_resume();

  /// It goes on in the next turn.
  void wake() noexcept;
  bool cancel(const std::string& message) override;

  [[nodiscard]] bool is_waiting() const noexcept {
    return state_ == State::waiting;
  }
  [[nodiscard]] bool is_woken() const noexcept {
    return state_ == State::woken;
  }
  [[nodiscard]] bool is_cancelled() const noexcept {
    return state_ == State::cancelled;
  }

 private:
  friend class Waiters;
  enum class State : unsigned char { waiting, woken, cancelled };

  State state_ = State::waiting;
  TaskBase* task_;
};

}  // namespace asyncio
