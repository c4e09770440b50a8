// Any number of tasks wait for something to happen; when it does, all go on.
#include "06_tasks_futures/asyncio/sharing/event.hpp"

#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Event;
using examples::seconds;

Coroutine<> run_race(char name, Event& start) {
  std::printf("%c is ready\n", name);
  co_await start.wait();
  std::printf("%c runs\n", name);
}

Coroutine<> async_main() {
  Event start;
  const auto race = asyncio::gather(run_race('A', start), run_race('B', start),
                                    run_race('C', start));
  co_await asyncio::sleep(seconds(1));
  std::puts("go!");
  start.set();
  co_await race;
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
