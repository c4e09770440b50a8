// To wait for something, but not for ever.
#pragma once

#include <utility>

#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

namespace asyncio {

/// Cancels `future`, and waits until it has ended.
Coroutine<> cancel_and_wait(AnyFuture future);

/// What `wait_for` does of no time at all.
template <typename A>
Coroutine<AwaitResult<A>> cancel_unless_done(A awaitable) {
  const Future<AwaitResult<A>> future = ensure_future(std::move(awaitable));
  if (future.done()) co_return future.state().take();
  co_await cancel_and_wait(future);
  try {
    co_return future.state().take();
  } catch (const CancelledError&) {
    throw TimeoutError();
  }
}

/// Gives what `awaitable` comes to. If that takes longer than `limit`, cancels
/// it, awaits its end, and throws TimeoutError; unless it has come to something
/// else meanwhile. A coroutine runs in the task that waits. Of no time at all,
/// or less: a future that is done gives its result, a coroutine does not start.
/// Whoever cancels the wait cancels what it waits for.
template <typename A>
  requires Awaitable<A>
Coroutine<AwaitResult<A>> wait_for(A awaitable, TimeLimit limit) {
  if (limit.is_over()) {
    co_return co_await cancel_unless_done(std::move(awaitable));
  }
  co_return co_await timeout(
      limit, [&](Timeout&) -> A&& { return std::move(awaitable); });
}

}  // namespace asyncio
