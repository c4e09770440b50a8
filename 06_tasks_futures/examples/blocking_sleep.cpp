// Two ways to sleep: one gives the thread to the others, the other keeps it.
#include <cstdio>
#include <thread>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::Coroutine;
using examples::seconds;
using examples::Stopwatch;

Coroutine<> wait(char name) {
  std::printf("%c waits\n", name);
  co_await asyncio::sleep(seconds(1));
  std::printf("%c goes on\n", name);
}

Coroutine<> block(char name) {
  std::printf("%c blocks everybody\n", name);
  std::this_thread::sleep_for(seconds(1));
  std::printf("%c goes on\n", name);
  co_return;
}

Coroutine<> together(Coroutine<> one, Coroutine<> other) {
  const Stopwatch stopwatch;
  co_await asyncio::gather(std::move(one), std::move(other));
  std::printf("both took %.1f s\n", stopwatch.seconds());
}

Coroutine<> async_main() {
  co_await together(wait('A'), wait('B'));
  co_await together(block('C'), block('D'));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
