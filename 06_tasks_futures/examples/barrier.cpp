// Who is first waits for the others: from there on, all go together.
#include "06_tasks_futures/asyncio/sharing/barrier.hpp"

#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using asyncio::Barrier;
using asyncio::Coroutine;
using examples::seconds;

Coroutine<> hike(char name, int pace, Barrier& summit) {
  co_await asyncio::sleep(seconds(pace));
  std::printf("%c is at the top\n", name);
  co_await summit.wait();
  std::printf("%c goes down\n", name);
}

Coroutine<> async_main() {
  Barrier summit(3);
  co_await asyncio::gather(hike('A', 3, summit), hike('B', 1, summit),
                           hike('C', 2, summit));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
