// A task drives a chain of coroutines, one step at a time: from one wait to the
// next. What the chain comes to is the result of a future; so a task is one.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/future.hpp"
#include "06_tasks_futures/asyncio/rare_task_state.hpp"

namespace asyncio {

/// A task without its result. The loop keeps it alive until it has ended.
class TaskBase : public Runnable, public Chain {
 public:
  TaskBase(Scheduler& scheduler, std::string_view name)
      : scheduler_(scheduler), number_(++scheduler.tasks_made_) {
    if (!name.empty()) set_name(name);
  }

  /// A step: goes on to the next wait, or to the end.
  void run() override;
  /// The loop has closed: it stays where it is.
  void drop() noexcept override {}
  std::function<std::string()> description() override;

  /// Runs the next step in the next turn.
  void wake() noexcept { scheduler_.schedule(*this); }

  /// It waits for `waited`, which will wake it.
  void wait_for(Waited& waited) {
    waited_ = &waited;
    if (must_cancel_) cancel_new_wait();
  }
  /// The same; but it goes on only if that has nothing more to wait for.
  void wait_trying(Waited& waited) {
    tries_ = needs_preparing_ = true;
    wait_for(waited);
  }
  /// To be called where a wait is over: that is where a task is cancelled.
  void throw_if_cancelled() const {
    if (is_thrown_) throw cancelled();
  }
  [[nodiscard]] bool is_cancelled_now() const noexcept { return is_thrown_; }
  [[nodiscard]] CancelledError cancelled() const {
    return CancelledError(rare_.message());
  }

  /// Python's Task.cancel, cancelling, uncancel.
  bool request_cancel(const std::string& message);
  [[nodiscard]] int cancelling() const noexcept { return cancelling_; }
  int uncancel() noexcept;

  [[nodiscard]] std::string name() const {
    const std::string& name = rare_.name();
    return name.empty() ? "Task-" + std::to_string(number_) : name;
  }
  void set_name(std::string_view name) { rare_.set_name(name); }

  /// What it comes to.
  [[nodiscard]] virtual FutureBase& future() noexcept = 0;
  [[nodiscard]] Scheduler& scheduler() const noexcept { return scheduler_; }
  /// The next older one of its loop that has not ended.
  [[nodiscard]] TaskBase* older() const noexcept { return older_; }
  [[nodiscard]] RareTaskState& rare() noexcept { return rare_; }
  /// Null if it waits for nothing.
  [[nodiscard]] Waited* waited() const noexcept { return waited_; }

  /// The loop closes: destroys all its frames, from the innermost up.
  void abandon() noexcept;

 protected:
  ~TaskBase() override = default;

  /// Runs its first step in the next turn. The loop, which lists it from here
  /// on, is to hold it.
  void start(Frame& outermost, Place creation) {
    go_on_with(&outermost);
    if (scheduler_.get_debug()) rare_.set_places(outermost.place, creation);
    older_ = std::exchange(scheduler_.tasks_, this);
    if (older_) older_->newer_ = this;
    wake();
  }
  /// The outermost function has ended; or it was cancelled, and never ran.
  virtual void end(Frame& outermost) = 0;
  virtual void end_unstarted() noexcept = 0;

  /// Whether a cancellation was asked for that no wait has thrown.
  [[nodiscard]] bool must_cancel() const noexcept { return must_cancel_; }
  /// Out of the loop's list.
  void leave() noexcept {
    (newer_ ? newer_->older_ : scheduler_.tasks_) = older_;
    if (older_) older_->newer_ = newer_;
    older_ = newer_ = nullptr;
  }

 private:
  [[nodiscard]] bool prepare_step();
  void cancel_new_wait() noexcept;
  bool cancel_waited(const std::string& message);

  Scheduler& scheduler_;
  Waited* waited_ = nullptr;
  TaskBase* older_ = nullptr;
  TaskBase* newer_ = nullptr;
  RareTaskState rare_;
  std::uint32_t number_;
  std::uint32_t cancelling_ : 24 = 0;
  bool needs_preparing_ : 1 = true;  // the next step
  bool tries_ : 1 = false;           // whether it has to wait again
  bool must_cancel_ : 1 = false;     // at the next step
  bool is_thrown_ : 1 = false;       // in this step, where the wait ends
  bool has_started_ : 1 = false;
  bool is_passing_on_ : 1 = false;  // a cancellation, to what it waits for
};

/// A task with its result.
template <typename T>
class TaskState final : public FutureState<T>, public TaskBase {
 public:
  /// Takes `coroutine` over, which is to start in the next turn.
  TaskState(Scheduler& scheduler, Coroutine<T>&& coroutine,
            std::string_view name, Place creation)
      : FutureState<T>(scheduler, true), TaskBase(scheduler, name) {
    start(coroutine.release(), creation);
    this->retain();  // the loop's
  }

  bool cancel(const std::string& message) override {
    this->set_retrieved();
    return !this->done() && this->request_cancel(message);
  }
  TaskBase* as_task() noexcept override { return this; }
  FutureBase& future() noexcept override { return *this; }

 private:
  using Promise = typename Coroutine<T>::promise_type;

  void end(Frame& outermost) override {
    const Ref keep = leave_loop();
    try {
      take_result(static_cast<Promise&>(outermost));
      if (this->must_cancel()) {
        return this->finish_cancelled(cancelled_with(this->rare().message()));
      }
      this->finish();
    } catch (const CancelledError&) {
      this->finish_cancelled(std::current_exception(), true);
    } catch (const KeyboardInterrupt&) {
      this->finish(std::current_exception());
      throw;
    } catch (...) {
      this->finish(std::current_exception());
    }
  }
  void end_unstarted() noexcept override {
    const Ref keep = leave_loop();
    this->destroy();
    this->finish_cancelled(cancelled_with(this->rare().message()), true);
  }

  // Gives the reference that the loop had.
  [[nodiscard]] Ref<FutureBase> leave_loop() noexcept {
    this->leave();
    return Ref<FutureBase>::taken_over(*this);
  }

  void take_result(Promise& promise) {
    if constexpr (std::is_void_v<T>) {
      promise.finish();
    } else {
      this->assign(promise.finish());
    }
  }
};

/// A coroutine that runs by itself: the future of what it comes to. Need not be
/// kept: the loop does.
template <typename T = void>
class Task : public Future<T> {
 public:
  explicit Task(TaskState<T>& state) noexcept : Future<T>(state) {}

  /// How many times it was asked to cancel, less `uncancel`.
  [[nodiscard]] int cancelling() const noexcept { return task().cancelling(); }
  /// Takes one cancellation back, for whoever has dealt with it. Gives how many
  /// are left; with the last one, what has not been thrown yet is dropped.
  int uncancel() const noexcept { return task().uncancel(); }

  /// `Task-1`, if it was given no other.
  [[nodiscard]] std::string get_name() const { return task().name(); }
  void set_name(std::string_view name) const { task().set_name(name); }

 private:
  [[nodiscard]] TaskState<T>& task() const noexcept {
    return static_cast<TaskState<T>&>(this->state());
  }
};

/// The task whose chain `frame` is in.
[[nodiscard]] inline TaskBase& task_of(const Frame& frame) noexcept {
  return static_cast<TaskBase&>(*frame.chain);
}

}  // namespace asyncio
