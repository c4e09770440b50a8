// The future is of the loop that waits. The other one, in its own thread, has
// the result put in there: call_soon_threadsafe is the only way across.
#include <thread>

#include "06_tasks_futures/asyncio/run.hpp"

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;

Coroutine<int> compute() {
  co_return 42;
}

Coroutine<int> ask() {
  EventLoop& loop = asyncio::get_running_loop();
  const Future<int> answer = loop.create_future<int>();
  const std::jthread other([&] {
    const int computed = asyncio::run(compute());
    loop.call_soon_threadsafe(
        [&answer, computed] { answer.set_result(computed); });
  });
  co_return co_await answer;
}

int main() {
  return asyncio::run(ask()) - 42;
}
