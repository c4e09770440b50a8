// What many examples share: a call that takes its time, and says so.
#pragma once

#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace examples {

/// Sleeps for so many seconds, and gives their number.
inline asyncio::Coroutine<int> delay(int count) {
  std::printf("sleeping for %d second(s)\n", count);
  co_await asyncio::sleep(seconds(count));
  std::printf("finished sleeping for %d second(s)\n", count);
  co_return count;
}

}  // namespace examples
