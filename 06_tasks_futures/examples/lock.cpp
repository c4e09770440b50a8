// What stands between two awaits nobody interrupts. What contains an await may
// be, unless a lock is held; who waits for that gets it in the order of asking.
#include "06_tasks_futures/asyncio/sharing/lock.hpp"

#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Lock;

// [region lock]
Coroutine<> write(char name) {
  std::printf("%c writes the first half\n", name);
  co_await asyncio::sleep(0s);
  std::printf("%c writes the second half\n", name);
}

Coroutine<> write_locked(char name, Lock& lock) {
  const auto held = co_await lock.scoped();
  co_await write(name);
}

Coroutine<> async_main() {
  co_await asyncio::gather(write('A'), write('B'));
  std::puts("with a lock:");
  Lock lock;
  co_await asyncio::gather(write_locked('A', lock), write_locked('B', lock));
}
// [end lock]

}  // namespace

int main() {
  asyncio::run(async_main());
}
