// Ctrl-C: whoever waits is cancelled, cleans up, and the process ends by the
// signal.
#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::Coroutine;
using namespace std::chrono_literals;

// [region interrupted]
Coroutine<> async_main() {
  std::puts("waiting for an hour");
  try {
    co_await asyncio::sleep(1h);
  } catch (const asyncio::CancelledError&) {
    std::puts("cleaning up");
    throw;
  }
}
// [end interrupted]

}  // namespace

int main() {
  asyncio::run(async_main());
}
