#include "06_tasks_futures/asyncio/condition.hpp"

#include <exception>
#include <limits>

namespace asyncio {

Coroutine<> Condition::wait() {
  check_locked("cannot wait on un-acquired lock");
  Waiter waiter(waiters_, "Condition");
  release();
  std::exception_ptr thrown;
  try {
    co_await waiter;
  } catch (...) {
    thrown = std::current_exception();
  }
  const std::exception_ptr later = co_await acquire_again();
  if (later) thrown = later;
  if (!thrown) co_return;
  wake(1);  // we may have been told: then somebody else is to know
  std::rethrow_exception(thrown);
}

// Whoever waits has the lock afterwards, however often it is cancelled. Gives
// the last of these cancellations.
Coroutine<std::exception_ptr> Condition::acquire_again() {
  std::exception_ptr cancelled;
  while (true) {
    try {
      co_await acquire();
      co_return cancelled;
    } catch (const CancelledError&) {
      cancelled = std::current_exception();
    } catch (...) {
      co_return std::current_exception();
    }
  }
}

void Condition::notify(int n) {
  check_locked("cannot notify on un-acquired lock");
  wake(n);
}

void Condition::notify_all() {
  notify(std::numeric_limits<int>::max());
}

void Condition::wake(int n) noexcept {
  while (n-- > 0 && waiters_.wake_next()) {
  }
}

void Condition::check_locked(const char* message) const {
  if (!locked()) throw RuntimeError(message);
}

}  // namespace asyncio
