// A result that another thread makes: Python's concurrent.futures.Future. A
// thread that asks for it waits; a task awaits it by wrap_future.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/returned.hpp"
#include "06_tasks_futures/asyncio/time_limit.hpp"

namespace asyncio {

/// A ConcurrentFuture without its value. Any thread may call anything.
class ConcurrentState {
 public:
  ConcurrentState() = default;
  ConcurrentState(const ConcurrentState&) = delete;
  ConcurrentState& operator=(const ConcurrentState&) = delete;

  [[nodiscard]] bool cancelled() const { return is(State::cancelled); }
  [[nodiscard]] bool running() const { return is(State::running); }
  [[nodiscard]] bool done() const;

  bool cancel();
  /// Cancels it even if somebody runs it: whoever did will never end it.
  void abandon() noexcept;
  bool set_running_or_notify_cancel();

  /// Waits for the end. Throws TimeoutError.
  void wait(TimeLimit limit) const;
  /// The same, and throws what it failed with, if it did.
  void wait_for_result(TimeLimit limit) const;
  [[nodiscard]] std::exception_ptr exception(TimeLimit limit) const;
  /// The same, and takes that exception along.
  void wait_and_take_exception(TimeLimit limit);

  /// Ends it; `assign` puts the result there. Throws InvalidStateError if it
  /// has ended, and what `assign` throws.
  template <typename Assign>
  void set_result(Assign assign) {
    std::unique_lock lock(mutex_);
    check_not_ended();
    assign();
    end(State::finished, std::move(lock));
  }
  void set_exception(std::exception_ptr exception);
  /// Calls `callback` at the end, in the thread that makes it; at once if it
  /// has come. What it throws is reported.
  void add_done_callback(std::function<void()> callback);

 protected:
  ~ConcurrentState() = default;

 private:
  enum class State : std::uint8_t { pending, running, cancelled, finished };

  [[nodiscard]] bool is(State state) const;
  [[nodiscard]] bool has_ended() const noexcept {
    return state_ == State::cancelled || state_ == State::finished;
  }
  void check_not_ended() const;
  void end(State state, std::unique_lock<std::mutex> lock) noexcept;

  mutable std::mutex mutex_;  // of all that follows
  mutable std::condition_variable ended_;
  State state_ = State::pending;
  std::exception_ptr exception_;
  std::vector<std::function<void()>> callbacks_;
};

/// A handle of a result that another thread makes; copies share it. Any thread
/// may call anything. Made by an executor, or by whoever sets its result.
template <typename T = void>
class ConcurrentFuture {
 public:
  ConcurrentFuture() : state_(std::make_shared<State>()) {}

  /// It will not be run. False if it runs already, or has ended.
  bool cancel() const { return state_->cancel(); }
  [[nodiscard]] bool cancelled() const { return state_->cancelled(); }
  [[nodiscard]] bool running() const { return state_->running(); }
  /// It has a result or an exception, or was cancelled.
  [[nodiscard]] bool done() const { return state_->done(); }

  /// Waits for the end, and gives the result: `const T&`, good as long as the
  /// future. Throws what it failed with; CancelledError; TimeoutError.
  decltype(auto) result(TimeLimit limit = std::nullopt) const {
    state_->wait_for_result(limit);
    return state_->returned.value();
  }
  /// The same, and moves it out, or what it failed with: for whoever is the
  /// only one to ask. What was thrown there is then destroyed here.
  T take(TimeLimit limit = std::nullopt) const {
    state_->wait_and_take_exception(limit);
    return state_->returned.take();
  }
  /// Waits for the end; null if there is a result. Throws CancelledError,
  /// TimeoutError.
  [[nodiscard]] std::exception_ptr exception(
      TimeLimit limit = std::nullopt) const {
    return state_->exception(limit);
  }

  /// Calls `callback` with this future at its end, in the thread that makes it;
  /// at once if it has come. What it throws is reported.
  void add_done_callback(
      std::function<void(const ConcurrentFuture&)> callback) const {
    state_->add_done_callback(
        [state = std::weak_ptr(state_), callback = std::move(callback)] {
          callback(ConcurrentFuture(state.lock()));
        });
  }

  // For whoever makes the result.

  /// False if it was cancelled: then it is not to be run. Throws
  /// InvalidStateError the second time.
  [[nodiscard]] bool set_running_or_notify_cancel() const {
    return state_->set_running_or_notify_cancel();
  }
  /// Throws InvalidStateError if it has ended.
  template <typename... Value>
  void set_result(Value&&... value) const {
    state_->set_result([&] {
      if constexpr (sizeof...(Value) > 0) {
        state_->returned.return_value(std::forward<Value>(value)...);
      }
    });
  }
  void set_exception(std::exception_ptr exception) const {
    state_->set_exception(std::move(exception));
  }
  /// Nobody will make the result any more: whoever waits gets CancelledError.
  void abandon() const noexcept { state_->abandon(); }

 private:
  struct State : ConcurrentState {
    [[no_unique_address]] Returned<T> returned;
  };

  explicit ConcurrentFuture(std::shared_ptr<State> state) noexcept
      : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace asyncio
