// A result that is still to come: asked too early, set, asked again; and one
// that is awaited, and set by a callback.
#include <cstdio>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using examples::seconds;
using examples::truth;

Coroutine<> async_main() {
  EventLoop& loop = asyncio::get_running_loop();
  const Future<int> my_future = loop.create_future<int>();
  std::printf("is my_future done? %s\n", truth(my_future.done()));
  try {
    std::printf("the result is %d\n", my_future.result());
  } catch (const asyncio::InvalidStateError& error) {
    std::printf("too early: %s\n", error.what());
  }
  my_future.set_result(42);
  std::printf("is my_future done? %s\n", truth(my_future.done()));
  std::printf("the result is %d\n", my_future.result());

  const Future<int> later = loop.create_future<int>();
  loop.call_later(seconds(1), [later] { later.set_result(43); });
  std::printf("awaited: %d\n", co_await later);
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
