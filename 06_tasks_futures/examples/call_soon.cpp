// A plain function, given to the loop: it is called in the next turn, never in
// the middle of a step.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using examples::seconds;

void callback() {
  std::puts("I am called in the near future");
}

Coroutine<> async_main() {
  EventLoop& loop = asyncio::get_running_loop();
  loop.call_soon(callback);
  std::puts("main goes on, and sleeps");
  co_await asyncio::sleep(seconds(1));
  std::puts("main has slept");
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
