#include "06_tasks_futures/asyncio/sharing/condition.hpp"

#include <exception>
#include <limits>

namespace asyncio {

// Whoever waits has the lock afterwards, however often it is cancelled, and
// however short memory is: so no other coroutine is asked for it.
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
  while (!lock_.is_free()) {
    Waiter again(lock_.waiters_, "Lock");
    try {
      co_await again;
      break;
    } catch (...) {
      thrown = std::current_exception();
      lock_.pass_on();
    }
  }
  lock_.is_locked_ = true;
  if (!thrown) co_return;
  wake(1);  // we may have been told: then somebody else is to know
  std::rethrow_exception(thrown);
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
