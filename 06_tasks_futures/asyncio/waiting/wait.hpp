// To wait for several futures, which stay as they are.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/time_limit.hpp"

namespace asyncio {

/// When `wait` is over: at the end of all; of the first; or at the first
/// exception, and else at the end of all (Python: ALL_COMPLETED, ...). To be
/// cancelled is no exception.
enum class ReturnWhen { all_completed, first_completed, first_exception };

/// How long `wait` waits, and for whom. Without a timeout, as long as it takes.
struct WaitOptions {
  TimeLimit timeout = std::nullopt;
  ReturnWhen return_when = ReturnWhen::all_completed;
};
static_assert(std::is_trivially_destructible_v<WaitOptions>);  // as GCC 12 asks

/// In the order in which they were given, each once.
template <typename F>
struct WaitResult {
  std::vector<F> done;
  std::vector<F> pending;
};

/// Waits until as many of `futures` have ended as `options` ask for, or for so
/// long.
Coroutine<> wait_for_ends(std::vector<AnyFuture> futures, WaitOptions options);

/// Each once, in the order of their first coming.
template <typename F>
std::vector<F> without_duplicates(const std::vector<F>& futures) {
  std::vector<F> once;
  std::unordered_set<const FutureBase*> seen;
  for (const F& future : futures) {
    if (seen.insert(&future.state()).second) once.push_back(future);
  }
  return once;
}

/// Waits for futures, or tasks: of one type, or AnyFutures. Whatever happens,
/// it cancels none of them, and throws nothing of theirs; neither does it at
/// its timeout. Coroutines are not taken: who would have the tasks? Throws
/// ValueError if there are none.
template <std::derived_from<AnyFuture> F>
Coroutine<WaitResult<F>> wait(std::vector<F> futures,
                              WaitOptions options = {}) {
  futures = without_duplicates(futures);
  co_await wait_for_ends({futures.begin(), futures.end()}, options);
  WaitResult<F> result;
  for (F& future : futures) {
    std::vector<F>& part = future.done() ? result.done : result.pending;
    part.push_back(std::move(future));
  }
  co_return result;
}

}  // namespace asyncio
