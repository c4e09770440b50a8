// A resource that is opened and closed by waiting: the close is awaited as
// well, whether the block returns, throws, or is cancelled.
#include "06_tasks_futures/asyncio/async_with.hpp"

#include <cstdio>
#include <exception>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::async_with;
using asyncio::Coroutine;
using asyncio::Task;
using examples::seconds;
using examples::Stopwatch;

// [region connection]
Coroutine<> step(const char* begins, int count, const char* ends) {
  std::puts(begins);
  co_await asyncio::sleep(seconds(count));
  std::puts(ends);
}

struct Connection {
  Coroutine<> aenter() { return step("connecting ...", 2, "connected"); }
  Coroutine<> aexit(std::exception_ptr /*thrown*/) {
    return step("closing ...", 2, "closed");
  }
  Coroutine<> send() { return step("sending ...", 1, "sent"); }
  Coroutine<> receive() { return step("receiving ...", 2, "received"); }
};
// [end connection]

// [region async_with]
Coroutine<> exchange() {
  co_await async_with(Connection(), [&](Connection& connection) -> Coroutine<> {
    co_await asyncio::gather(connection.send(), connection.receive());
  });
}
// [end async_with]

Coroutine<> fail() {
  co_await async_with(Connection(), [&](Connection& connection) -> Coroutine<> {
    co_await connection.send();
    throw asyncio::RuntimeError("no answer");
  });
}

Coroutine<> async_main() {
  const Stopwatch stopwatch;
  co_await exchange();
  std::printf("that took the time of %d\n", stopwatch.whole_seconds());
  try {
    co_await fail();
  } catch (const asyncio::RuntimeError& error) {
    std::printf("failed: %s\n", error.what());
  }
  const Task<> task = asyncio::create_task(exchange());
  co_await asyncio::sleep(seconds(2.5));
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
