#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace asyncio {

// To await `future` itself would be to cancel it a second time, if this is
// cancelled.
Coroutine<> cancel_and_wait(AnyFuture future) {
  const Future<> ended = get_running_loop().create_future();
  const ScopedCallback callback(future.state(), [ended] {
    if (!ended.done()) ended.set_result();
  });
  future.cancel();
  co_await ended;
}

}  // namespace asyncio
