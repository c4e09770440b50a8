#include "06_tasks_futures/asyncio/sharing/event.hpp"

namespace asyncio {

Coroutine<> Event::wait() {
  if (is_set_) co_return;
  Waiter waiter(waiters_, "Event");
  co_await waiter;
}

void Event::set() noexcept {
  is_set_ = true;
  waiters_.wake_all();
}

}  // namespace asyncio
