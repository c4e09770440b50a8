#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"

namespace asyncio {

Semaphore::Semaphore(int value) : value_(value) {
  if (value < 0) throw ValueError("Semaphore initial value must be >= 0");
}

// Those who are woken come first, though there may be places for others, too.
bool Semaphore::locked() const noexcept {
  return value_ == 0 || woken_ > 0 || !waiters_.all_cancelled();
}

Coroutine<> Semaphore::acquire() {
  if (!locked()) {
    --value_;
    co_return;
  }
  Waiter waiter(waiters_, "Semaphore");
  try {
    co_await waiter;
  } catch (...) {
    if (waiter.is_woken()) ++value_;  // somebody else is to have our place
    leave(waiter);
    throw;
  }
  leave(waiter);
}

void Semaphore::add_place() noexcept {
  ++value_;
  wake_next();
}

// Gives the place to whom it wakes, so that nobody takes it in between.
bool Semaphore::wake_next() noexcept {
  if (!waiters_.wake_next()) return false;
  --value_;
  ++woken_;
  return true;
}

// While we were woken, places became free that had to wait for us.
void Semaphore::leave(const Waiter& waiter) noexcept {
  if (waiter.is_woken()) --woken_;
  while (value_ > 0 && wake_next()) {
  }
}

void BoundedSemaphore::release() {
  if (value() >= bound_) {
    throw ValueError("BoundedSemaphore released too many times");
  }
  add_place();
}

Coroutine<Held<Semaphore>> Semaphore::scoped() {
  if (!locked()) {
    --value_;
  } else {
    co_await acquire();
  }
  co_return Held<Semaphore>(*this);
}

}  // namespace asyncio
