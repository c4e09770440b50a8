#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"

#include <chrono>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/report.hpp"

namespace asyncio {
namespace {

void call(const std::function<void()>& callback) noexcept {
  try {
    callback();
  } catch (...) {
    report("exception calling callback", std::current_exception());
  }
}

}  // namespace

bool ConcurrentState::is(State state) const {
  const std::lock_guard lock(mutex_);
  return state_ == state;
}

bool ConcurrentState::done() const {
  const std::lock_guard lock(mutex_);
  return has_ended();
}

bool ConcurrentState::cancel() {
  std::unique_lock lock(mutex_);
  if (state_ == State::running || state_ == State::finished) return false;
  if (state_ == State::pending) end(State::cancelled, std::move(lock));
  return true;
}

void ConcurrentState::abandon() noexcept {
  std::unique_lock lock(mutex_);
  if (!has_ended()) end(State::cancelled, std::move(lock));
}

bool ConcurrentState::set_running_or_notify_cancel() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::cancelled) return false;
  if (state_ != State::pending) {
    throw InvalidStateError("Future in unexpected state");
  }
  state_ = State::running;
  return true;
}

void ConcurrentState::wait(TimeLimit limit) const {
  std::unique_lock lock(mutex_);
  const auto deadline = limit.deadline(Clock::now());
  const auto ended = [this] { return has_ended(); };
  if (!deadline || *deadline == TimePoint::max()) {
    ended_.wait(lock, ended);  // wait_until overflows there
  } else if (!ended_.wait_until(lock, *deadline, ended)) {
    throw TimeoutError();
  }
}

void ConcurrentState::wait_for_result(TimeLimit limit) const {
  if (const auto failure = exception(limit)) std::rethrow_exception(failure);
}

void ConcurrentState::wait_and_take_exception(TimeLimit limit) {
  if (!exception(limit)) return;
  std::rethrow_exception(std::exchange(exception_, nullptr));
}

std::exception_ptr ConcurrentState::exception(TimeLimit limit) const {
  wait(limit);
  if (state_ == State::cancelled) throw CancelledError();
  return exception_;
}

void ConcurrentState::set_exception(std::exception_ptr exception) {
  if (!exception) throw ValueError("set_exception: expected an exception");
  std::unique_lock lock(mutex_);
  check_not_ended();
  exception_ = std::move(exception);
  end(State::finished, std::move(lock));
}

void ConcurrentState::check_not_ended() const {
  if (has_ended()) throw InvalidStateError("invalid state");
}

void ConcurrentState::add_done_callback(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!has_ended()) return callbacks_.push_back(std::move(callback));
  }
  call(callback);
}

// From here on nothing changes any more, and nobody needs the lock.
void ConcurrentState::end(State state,
                          std::unique_lock<std::mutex> lock) noexcept {
  state_ = state;
  const auto callbacks = std::move(callbacks_);
  ended_.notify_all();
  lock.unlock();
  for (const auto& callback : callbacks) call(callback);
}

}  // namespace asyncio
