// To wait for a time, or for one turn.
#pragma once

#include <chrono>
#include <coroutine>
#include <string>
#include <string_view>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// A wait for a time, in the frame of whoever waits. Until it is awaited it may
/// be copied.
class [[nodiscard]] Sleep final : public Waited, public Timer {
 public:
  explicit Sleep(Clock::duration delay) noexcept : delay_(delay) {}
  Sleep(const Sleep& other) noexcept : Sleep(other.delay_) {}
  Sleep& operator=(const Sleep&) = delete;
  ~Sleep() override {
    if (state_ == State::waiting) stop_timer();  // the loop closes
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) {
    self.promise().waits_at(here);
    TaskBase& task = task_of(self.promise());
    if (delay_ > Clock::duration::zero()) return start_timer(task);
    task_ = &task;
    state_ = State::over;
    task.wake();
  }
  void await_resume() const {
    if (state_ == State::cancelled) throw task_->rare().wait_cancelled();
    task_->throw_if_cancelled();
  }

  void run() override;  // the time has come
  void drop() noexcept override {}
  bool cancel(const std::string& message) override;

 private:
  enum class State : unsigned char { made, waiting, over, cancelled };

  void start_timer(TaskBase& task);
  void stop_timer() noexcept;

  State state_ = State::made;
  Clock::duration delay_;
  TaskBase* task_ = nullptr;
};

/// Waits at least for `delay`; the others go on. Zero or less: for exactly one
/// turn. Throws ValueError if it is no number.
template <typename Number, typename Period>
Sleep sleep(std::chrono::duration<Number, Period> delay) {
  return Sleep(to_clock(delay));
}

/// A task that does nothing else: in Python `sleep` is a coroutine. Throws
/// RuntimeError if no loop runs.
Task<> create_task(const Sleep& sleep, std::string_view name = {},
                   Place here = Place::current());

/// The same, and gives `result` then.
template <typename Number, typename Period, typename Result>
Coroutine<Result> sleep(std::chrono::duration<Number, Period> delay,
                        Result result) {
  co_await sleep(delay);
  co_return std::move(result);
}

}  // namespace asyncio
