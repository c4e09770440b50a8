#include "06_tasks_futures/asyncio/sharing/lock.hpp"

#include <utility>

namespace asyncio {

Coroutine<> Lock::acquire() {
  if (!is_free()) {
    Waiter waiter(waiters_, "Lock");
    try {
      co_await waiter;
    } catch (...) {
      pass_on();
      throw;
    }
  }
  is_locked_ = true;
}

void Lock::release() {
  if (!is_locked_) throw RuntimeError("Lock is not acquired.");
  give_back();
}

void Lock::give_back() noexcept {
  if (std::exchange(is_locked_, false)) wake_first();
}

// The first stays the first until it runs. If it was woken, nobody else is; if
// it was cancelled, it will wake the next itself.
void Lock::wake_first() noexcept {
  Waiter* first = waiters_.first();
  if (first && first->is_waiting()) first->wake();
}

// Who was woken, and then cancelled, does not take the lock.
void Lock::pass_on() noexcept {
  if (!is_locked_) wake_first();
}

Coroutine<Held<Lock>> Lock::scoped() {
  if (is_free()) {
    is_locked_ = true;
  } else {
    co_await acquire();
  }
  co_return Held<Lock>(*this);
}

}  // namespace asyncio
