// A task does not start where it is made, but when the loop has its turn.
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;

// [region starts_later]
Coroutine<> body() {
  std::puts("task body");
  co_return;
}

Coroutine<> async_main() {
  const Task<> task = asyncio::create_task(body());
  std::puts("after create_task");
  co_await task;
  std::puts("after await");
}
// [end starts_later]

}  // namespace

int main() {
  asyncio::run(async_main());
}
