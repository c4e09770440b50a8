// For the tests of what waits for others: children that end in all ways.
#pragma once

#include <chrono>
#include <utility>

#include "06_tasks_futures/asyncio/coroutines_test.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {

/// Fails with `error` after `delay`; zero: in its second turn.
template <typename Error>
Coroutine<int> throws_after(Clock::duration delay, Error error) {
  co_await sleep(delay);
  throw error;
}

/// Fails with `error` in its first turn.
template <typename Error>
Coroutine<int> throws(Error error) {
  throw error;
  co_return 0;
}

/// Waits for `future`, and gives what it gives.
template <typename T>
Coroutine<T> passes_on(Future<T> future) {
  co_return co_await std::move(future);
}

/// Something to be destroyed while it waits.
inline Coroutine<int> holds(Clock::duration delay) {
  const tests::Counted counted;
  co_await sleep(delay);
  co_return 0;
}

/// Comes to 42 when it is cancelled.
inline Coroutine<int> swallows_cancel() {
  try {
    co_await sleep(std::chrono::hours(1));
  } catch (const CancelledError&) {
  }
  co_return 42;
}

class ChildrenTest : public LoopTest {
 protected:
  /// How much of the loop's own time has passed.
  [[nodiscard]] Clock::duration passed() {
    return loop().time().time_since_epoch();
  }

  /// So many turns it takes until `future` is done.
  int turns_until_done(const AnyFuture& future) {
    int turns = 0;
    for (; !future.done() && turns < 100; ++turns) run_turns(1);
    return turns;
  }

  /// Calls `call` while the loop runs.
  template <typename Call>
  auto in_loop(Call call) {
    using Result = decltype(call());
    return run([](Call callee) -> Coroutine<Result> {
      co_return callee();
    }(std::move(call)));
  }
};

}  // namespace asyncio
