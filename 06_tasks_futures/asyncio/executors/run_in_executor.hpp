// To call what blocks, or computes, without stopping the loop.
#pragma once

#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"
#include "06_tasks_futures/asyncio/executors/wrap_future.hpp"

namespace asyncio {

/// Has `executor` call `function(arguments...)`, and gives the future of the
/// result, in the loop that runs. A ThreadPoolExecutor or a
/// ProcessPoolExecutor: see `submit` there. Throws RuntimeError if no loop
/// runs. To cancel the future stops nothing that has begun.
template <typename Executor, typename Function, typename... Arguments>
auto run_in_executor(Executor& executor, Function&& function,
                     Arguments&&... arguments) {
  static_assert(DestroyedOnce<Function>, "name the function first");
  static_assert((ValueDestroyedOnce<Arguments> && ...),
                "name the argument first");
  EventLoop& loop = get_running_loop();
  loop.check_open();
  return wrap(executor.submit(std::forward<Function>(function),
                              std::forward<Arguments>(arguments)...),
              loop, true);
}

/// What to_thread does, with arguments of its own.
template <typename Function, typename... Arguments>
Coroutine<CallResult<Function, Arguments...>> call_in_thread(
    Function function, Arguments... arguments) {
  auto result = run_in_executor(get_running_loop().default_executor(), function,
                                std::move(arguments)...);
  co_return co_await std::move(result);
}

/// `co_await to_thread(function, arguments...)`: calls it in one of the loop's
/// threads, while the loop goes on, and gives what it returns, or throws what
/// it throws. Function and arguments are copied, or moved; std::ref stands for
/// what is not to be. Cancelled, it stops waiting, and the call runs on: what
/// it refers to is to outlive the loop.
template <typename Function, typename... Arguments>
Coroutine<CallResult<Function, Arguments...>> to_thread(
    Function&& function, Arguments&&... arguments) {
  static_assert(DestroyedOnce<Function>, "name the function first");
  static_assert((ValueDestroyedOnce<Arguments> && ...),
                "name the argument first");
  return call_in_thread<std::decay_t<Function>, std::decay_t<Arguments>...>(
      std::forward<Function>(function), std::forward<Arguments>(arguments)...);
}

/// Waits until the calls that the loop's threads make have ended, and ends the
/// threads, while the loop goes on. From here on there are none: RuntimeError.
/// Cancelled, it leaves the waiting to the loop's end.
Coroutine<> shutdown_default_executor();

}  // namespace asyncio
