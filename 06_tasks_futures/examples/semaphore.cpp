// A lock with several keys: two guests may be inside at the same time, the
// others wait in the order in which they came.
#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"

#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Semaphore;

Coroutine<> visit(char name, Semaphore& keys) {
  const auto held = co_await keys.scoped();
  std::printf("%c comes in\n", name);
  co_await asyncio::sleep(0s);
  std::printf("%c leaves\n", name);
}

Coroutine<> async_main() {
  Semaphore keys(2);
  co_await asyncio::gather(visit('A', keys), visit('B', keys), visit('C', keys),
                           visit('D', keys));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
