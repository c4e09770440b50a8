// The end that is still to come, and who waits for it.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/handle.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/scheduler.hpp"
#include "06_tasks_futures/asyncio/waited.hpp"

namespace asyncio {

/// A future without its value: its state, and who is to run at its end. Its
/// handles own it. It belongs to one loop, and to that loop's thread.
class FutureBase : public Waited, public Counted<FutureBase> {
 public:
  explicit FutureBase(Scheduler& scheduler, bool is_task = false) noexcept
      : is_task_(is_task), scheduler_(&scheduler) {}

  [[nodiscard]] bool done() const noexcept { return state_ != State::pending; }
  [[nodiscard]] bool cancelled() const noexcept {
    return state_ == State::cancelled;
  }
  [[nodiscard]] Scheduler& scheduler() const noexcept { return *scheduler_; }

  bool cancel(const std::string& message) override;

  /// Throws InvalidStateError if it is done, as do the others that end it.
  void set_exception(std::exception_ptr exception);

  /// What it failed with; null if it did not. Throws InvalidStateError while it
  /// is pending, CancelledError if it was cancelled.
  [[nodiscard]] std::exception_ptr exception();

  /// What stands for it among the outcomes of many; it was cancelled.
  [[nodiscard]] std::exception_ptr cancellation() const;

  /// Schedules `runnable` at the end; at once if it has come.
  void add_waiter(Runnable& runnable) noexcept {
    if (done()) return scheduler_->schedule(runnable);
    waiters_.push(runnable);
  }
  /// The same, and keeps `callback` alive until it has run.
  void add_callback(HandleState& callback) noexcept;
  /// False if it does not wait, or not any more.
  bool remove_waiter(const Runnable& runnable) noexcept {
    return !done() && waiters_.remove(runnable);
  }
  /// The loop closes: nobody waits any more.
  void drop_waiters() noexcept {
    if (!done()) waiters_.drop_all();
  }

  /// Throws unless there is a result.
  void check_result() {
    if (state_ != State::finished || exception_) throw_no_result();
  }

  /// What failed is not to be told on stderr when nobody asks.
  void set_retrieved() noexcept { is_unretrieved_ = false; }

  [[nodiscard]] bool is_task() const noexcept { return is_task_; }
  [[nodiscard]] virtual TaskBase* as_task() noexcept { return nullptr; }

  // For debug mode.
  void visit_futures(const FutureVisitor& visit) override { visit(*this); }
  std::string repr_of_wait() override;
  [[nodiscard]] virtual std::string repr_of_result() const = 0;

 protected:
  virtual ~FutureBase() {
    if (done()) std::destroy_at(&exception_);
  }

  void check_pending() const {
    if (done()) throw InvalidStateError("invalid state");
    scheduler_->check_thread();
  }
  /// The end: whoever waits runs in the next turn.
  void finish() noexcept { end(State::finished, nullptr); }
  void finish(std::exception_ptr exception) noexcept;
  /// With a message, if there is an `exception`; with `once`, the first who
  /// asks gets that, and all others a CancelledError without.
  void finish_cancelled(std::exception_ptr exception,
                        bool once = false) noexcept;

 private:
  friend class Counted<FutureBase>;
  friend std::string repr_of_end(const FutureBase& future);
  void die() noexcept;

  enum class State : std::uint8_t { pending, finished, cancelled };
  // [region end]
  void end(State state, std::exception_ptr exception) noexcept {
    RunQueue waiters = std::move(waiters_);
    state_ = state;
    std::construct_at(&exception_, std::move(exception));
    if (has_callbacks_) waiters.hold_all();
    scheduler_->schedule(std::move(waiters));
  }
  // [end end]
  [[noreturn]] void throw_no_result();

  State state_ = State::pending;
  bool is_unretrieved_ = false;  // it has failed, and nobody has asked
  bool has_callbacks_ = false;
  bool is_given_once_ : 1 = false;  // the exception, of a cancellation
  const bool is_task_ : 1;
  Scheduler* scheduler_;
  // Who waits for its end; then what takes their place.
  union {
    RunQueue waiters_{};
    std::exception_ptr exception_;  // also of a cancellation with a message
  };
};

}  // namespace asyncio
