// What few tasks have, and the others do not pay for.
#pragma once

#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

/// A task's name, the messages with which it and its wait were cancelled, why
/// its wait failed, and in debug mode where it comes from; empty, unless they
/// were set. One word until then.
class RareTaskState {
 public:
  [[nodiscard]] const std::string& name() const noexcept { return get().name; }
  [[nodiscard]] const std::string& message() const noexcept {
    return get().message;
  }
  /// Of its coroutine, and where it was made a task; nowhere, unless set.
  [[nodiscard]] Place function() const noexcept { return get().function; }
  [[nodiscard]] Place creation() const noexcept { return get().creation; }
  void set_places(Place function, Place creation) {
    make();
    state_->function = function;
    state_->creation = creation;
  }
  void set_name(std::string_view name) { set(&State::name, name); }
  void set_message(std::string_view message) { set(&State::message, message); }
  void set_wait_message(std::string_view message) {
    set(&State::wait_message, message);
  }
  /// For waits that are no futures, and are cancelled: what the task is to
  /// throw.
  [[nodiscard]] CancelledError wait_cancelled() const {
    return CancelledError(get().wait_message);
  }
  /// For those that fail. Out of memory, it is that which is thrown.
  void set_wait_error(const std::exception_ptr& error) noexcept {
    try {
      make();
      state_->wait_error = error;
    } catch (const std::bad_alloc&) {
    }
  }
  [[noreturn]] void rethrow_wait_error() {
    if (!state_ || !state_->wait_error) throw std::bad_alloc();
    std::rethrow_exception(std::exchange(state_->wait_error, nullptr));
  }

 private:
  struct State {
    std::string name;
    std::string message;
    std::string wait_message;
    Place function;
    Place creation;
    std::exception_ptr wait_error;
  };

  [[nodiscard]] const State& get() const noexcept {
    static const State none;
    return state_ ? *state_ : none;
  }
  void set(std::string State::* text, std::string_view value) {
    if (!state_ && value.empty()) return;
    make();
    (*state_).*text = value;
  }
  void make() {
    if (!state_) state_ = std::make_unique<State>();
  }

  std::unique_ptr<State> state_;
};

}  // namespace asyncio
