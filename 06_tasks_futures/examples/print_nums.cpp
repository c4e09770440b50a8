// Two that never wait for each other take turns.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using asyncio::Coroutine;
using examples::seconds;

Coroutine<> print_nums(int last) {
  for (int number = 1; number <= last; ++number) {
    std::printf("%d\n", number);
    co_await asyncio::sleep(seconds(1));
  }
}

Coroutine<> print_time(int last) {
  for (int count = 0; count < last; ++count) {
    if (count % 3 == 0) std::printf("%d seconds have passed\n", count);
    co_await asyncio::sleep(seconds(1));
  }
}

Coroutine<> async_main() {
  co_await asyncio::gather(print_nums(7), print_time(7));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
