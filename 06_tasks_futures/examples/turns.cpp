// What the loop does: it takes the first who is ready, lets it go on to where
// it waits, takes the next; and when all have had their turn, begins anew.
#include <chrono>
#include <cstdio>
#include <string>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Task;

void tell_turn(int number) {
  std::printf("turn %d\n", number);
  if (number == 4) return;
  asyncio::get_running_loop().call_soon([number] { tell_turn(number + 1); });
}

void tell_step() {
  const std::string name = asyncio::current_task()->get_name();
  std::printf("  a step of %s\n", name.c_str());
}

Coroutine<> work(int steps) {
  for (int i = 0; i < steps; ++i) {
    tell_step();
    co_await asyncio::sleep(0s);
  }
}

Coroutine<> async_main() {
  tell_step();
  asyncio::get_running_loop().call_soon([] { tell_turn(2); });
  const Task<> longer = asyncio::create_task(work(3));
  const Task<> shorter = asyncio::create_task(work(1));
  co_await longer;
  co_await shorter;
}

}  // namespace

int main() {
  std::puts("turn 1");
  asyncio::run(async_main());
}
