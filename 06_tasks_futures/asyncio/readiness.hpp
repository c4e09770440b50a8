// To wait until a descriptor is ready: only the task that does so waits.
#pragma once

#include <coroutine>
#include <exception>
#include <string>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/task.hpp"

namespace asyncio {

/// A wait for a descriptor, in the frame of whoever waits. Until it is awaited
/// it may be copied.
class [[nodiscard]] Readiness final : public Descriptors::Waiter,
                                      public Waited {
 public:
  Readiness(int fd, Descriptors::Event event) noexcept
      : fd_(fd), event_(event) {}
  Readiness(const Readiness& other) noexcept
      : Readiness(other.fd_, other.event_) {}
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness() {
    if (state_ == State::waiting) stop();  // the loop closes
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) {
    self.promise().waits_at(here);
    start(task_of(self.promise()));
  }
  void await_resume() const {
    if (state_ == State::cancelled) throw task_->wait_cancelled();
    task_->throw_if_cancelled();
    if (error_) std::rethrow_exception(error_);
  }

  void on_ready(const std::exception_ptr& error) noexcept override;
  bool cancel(const std::string& message) override;

 private:
  enum class State : unsigned char { made, waiting, over, cancelled };

  void start(TaskBase& task);
  void stop() noexcept;
  [[nodiscard]] Descriptors& descriptors() const noexcept;

  int fd_;
  Descriptors::Event event_;
  State state_ = State::made;
  TaskBase* task_ = nullptr;
  std::exception_ptr error_;  // why nobody can wait for it any more
};

/// Waits until there is something to read on `fd`: bytes, a client, the end, or
/// an error. One task at a time may wait for that: the second gets a
/// RuntimeError. Throws what the selector throws. `fd` stays open meanwhile.
inline Readiness readable(int fd) noexcept {
  return {fd, selectors::k_event_read};
}

/// The same until there is room to write on `fd`, or an error.
inline Readiness writable(int fd) noexcept {
  return {fd, selectors::k_event_write};
}

}  // namespace asyncio
