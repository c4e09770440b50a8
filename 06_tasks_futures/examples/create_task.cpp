// Three ways to have a coroutine run by itself. The first is the one to use.
#include <cstddef>
#include <cstdio>
#include <string>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using asyncio::Task;
using examples::truth;

Coroutine<std::size_t> greet(std::string who) {
  std::printf("hello from %s\n", who.c_str());
  co_return who.size();
}

Coroutine<> async_main() {
  EventLoop& loop = asyncio::get_running_loop();
  const Task<std::size_t> first = asyncio::create_task(greet("create_task"));
  const Future<std::size_t> second =
      asyncio::ensure_future(greet("ensure_future"));
  const Task<std::size_t> third = loop.create_task(greet("loop.create_task"));
  const std::size_t one = co_await first;
  const std::size_t two = co_await second;
  const std::size_t three = co_await third;
  std::printf("%zu %zu %zu\n", one, two, three);
  std::printf("ensure_future leaves a task as it is: %s\n",
              truth(asyncio::ensure_future(first) == first));
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
