// Plain functions, called soon, later, and at a time; and one that is not
// called after all.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using examples::seconds;

void callback(int number) {
  std::printf("callback %d\n", number);
}

Coroutine<> async_main() {
  EventLoop& loop = asyncio::get_running_loop();
  const asyncio::TimePoint now = loop.time();
  loop.call_later(seconds(3), [] { callback(1); });
  loop.call_later(seconds(1), [] { callback(2); });
  loop.call_soon([] { callback(3); });
  loop.call_at(now + seconds(2), [] { callback(4); });
  const asyncio::Handle handle = loop.call_soon([] { callback(5); });
  handle.cancel();
  co_await asyncio::sleep(seconds(4));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
