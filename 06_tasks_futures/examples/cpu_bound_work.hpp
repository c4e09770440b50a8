// Work for the processor: a coroutine that computes, and never waits.
#pragma once

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/examples/async_timed.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace examples {

/// Counts for four seconds, and gives how far it came.
inline asyncio::Coroutine<long> cpu_bound_work() {
  long counter = 0;
  const Stopwatch stopwatch;
  while (stopwatch.seconds() < 4) ++counter;
  co_return counter;
}

/// The same, timed.
inline asyncio::Coroutine<long> timed_work() {
  return async_timed("cpu_bound_work", cpu_bound_work());
}

}  // namespace examples
