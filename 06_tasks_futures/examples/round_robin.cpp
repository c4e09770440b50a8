// The loop goes round: each task in turn, in the order of their making.
#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;

Coroutine<> count(char name) {
  for (int i = 0; i < 3; ++i) {
    std::printf("%c%d\n", name, i);
    co_await asyncio::sleep(0s);
  }
}

Coroutine<> async_main() {
  co_await asyncio::gather(count('A'), count('B'));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
