// A resource that is opened and closed by waiting: the close is awaited as
// well, whether the block returns, throws, or is cancelled.
#include "06_tasks_futures/asyncio/async_with.hpp"

#include <cstdio>
#include <exception>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace {

using asyncio::async_with;
using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;

// [region connection]
class Connection {
 public:
  Coroutine<> aenter() {
    std::puts("connecting");
    co_await asyncio::sleep(seconds(1));
  }
  Coroutine<> aexit(std::exception_ptr /*thrown*/) {
    std::puts("closing");
    co_await asyncio::sleep(seconds(1));
    std::puts("closed");
  }
  /// What comes within so many seconds.
  Coroutine<int> receive(int count) {
    if (count == 0) throw asyncio::ValueError("nothing to wait for");
    co_await asyncio::sleep(seconds(count));
    co_return count;
  }
};
// [end connection]

// [region async_with]
Coroutine<> talk(int count) {
  co_await async_with(Connection(), [&](Connection& connection) -> Coroutine<> {
    std::printf("received %d\n", co_await connection.receive(count));
  });
}
// [end async_with]

Coroutine<> async_main() {
  co_await talk(1);
  try {
    co_await talk(0);
  } catch (const asyncio::ValueError& error) {
    std::printf("failed: %s\n", error.what());
  }
  const Task<> task = asyncio::create_task(talk(3600));
  co_await asyncio::sleep(seconds(3));
  task.cancel();
  try {
    co_await task;
  } catch (const asyncio::CancelledError&) {
    std::puts("cancelled");
  }
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
