// What a task does that waits for a descriptor: when that is ready, it tries
// again what it has to do.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <string>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/task.hpp"

namespace asyncio {

class EventLoop;

// [region descriptor_wait]
/// A wait for a descriptor, in the frame of whoever waits. When the descriptor
/// is ready, the task's next step begins with `attempt`: if it would have had
/// to wait after all, it does. So nothing has to be paused and resumed for
/// that, and this need be no coroutine.
class DescriptorWait : protected Descriptors::Waiter, public Waited {
 public:
  DescriptorWait(const DescriptorWait&) = delete;
  DescriptorWait& operator=(const DescriptorWait&) = delete;

  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) {
    self.promise().waits_at(here);
    task_ = &task_of(self.promise());
    start();
    task_->wait_trying(*this);
  }

  bool cancel(const std::string& message) final;

 protected:
  explicit DescriptorWait(int fd) noexcept : fd_(fd) {}
  ~DescriptorWait() = default;
  /// Before it dies: the loop may close while it waits.
  void stop() noexcept {
    if (!is_waiting()) return;
    state_ = State::over;
    unwatch();
  }

  /// Throws if it ended in another way than by an attempt.
  void check() const {
    if (state_ > State::over) throw_failure();
    if (task_) task_->throw_if_cancelled();
  }
  [[nodiscard]] EventLoop& loop() const noexcept;
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  enum class State : std::uint8_t {
    made,
    waiting,
    ready,
    over,
    cancelled,
    failed
  };

  // Or it is ready, and its task has yet to take its step.
  [[nodiscard]] bool is_waiting() const noexcept {
    return state_ == State::waiting || state_ == State::ready;
  }
  bool attempt() noexcept final;
  /// False if it has to wait again.
  virtual bool call() noexcept = 0;

  virtual void watch() = 0;
  virtual void unwatch() noexcept = 0;

  void start() {
    state_ = State::waiting;
    watch();
  }
  void on_ready(const std::exception_ptr& error) noexcept final;
  void fail(const std::exception_ptr& error) noexcept;
  [[noreturn]] void throw_failure() const;

  TaskBase* task_ = nullptr;  // once it waits
  int fd_;
  State state_ = State::made;  // the last: there is room for more behind it
};
// [end descriptor_wait]

}  // namespace asyncio
