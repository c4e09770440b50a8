#include "06_tasks_futures/asyncio/waiting/wait.hpp"

#include <cstddef>

#include "06_tasks_futures/asyncio/scoped_callback.hpp"

namespace asyncio {
namespace {

/// Whether the end of `future` is enough, while others are pending.
bool is_enough(const AnyFuture& future, ReturnWhen return_when) {
  switch (return_when) {
    case ReturnWhen::first_completed: return true;
    case ReturnWhen::first_exception:
      return !future.cancelled() && future.exception();
    case ReturnWhen::all_completed: break;
  }
  return false;
}

}  // namespace

Coroutine<> wait_for_ends(std::vector<AnyFuture> futures, WaitOptions options) {
  if (futures.empty()) throw ValueError("Set of Tasks/Futures is empty.");
  EventLoop& loop = get_running_loop();
  const Future<> waiter = loop.create_future();
  const auto release = [waiter] {
    if (!waiter.done()) waiter.set_result();
  };
  ScopedTimer timer;
  if (const auto deadline = options.timeout.deadline(loop.time())) {
    timer.set(loop.call_at(*deadline, release));
  }
  std::size_t left = futures.size();
  std::vector<ScopedCallback> callbacks;
  callbacks.reserve(left);
  for (const AnyFuture& future : futures) {
    callbacks.emplace_back(future.state(), [&left, &future, &options, release] {
      if (--left == 0 || is_enough(future, options.return_when)) release();
    });
  }
  co_await waiter;
}

}  // namespace asyncio
