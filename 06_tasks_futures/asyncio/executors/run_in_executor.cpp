#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"

#include <thread>

#include "06_tasks_futures/asyncio/finally.hpp"

namespace asyncio {

// One more thread waits for the others. If this is cancelled, the loop waits
// for them when it closes.
Coroutine<> shutdown_default_executor() {
  const auto executor = get_running_loop().end_executor();
  if (!executor) co_return;
  const ConcurrentFuture<> is_down;
  static_cast<void>(is_down.set_running_or_notify_cancel());
  std::thread waiting([executor, is_down] {
    executor->shutdown();
    is_down.set_result();
  });
  const Finally at_end([&] {
    if (is_down.done()) {
      waiting.join();
    } else {
      waiting.detach();
    }
  });
  co_await wrap_future(is_down);
}

}  // namespace asyncio
