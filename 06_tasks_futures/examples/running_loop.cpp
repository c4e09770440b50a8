// The loop that runs in this thread, and who may ask for it.
#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::EventLoop;
using examples::truth;

void tell(const char* where) {
  try {
    const EventLoop& loop = asyncio::get_running_loop();
    std::printf("%s: a loop, running: %s\n", where, truth(loop.is_running()));
  } catch (const asyncio::RuntimeError& error) {
    std::printf("%s: %s\n", where, error.what());
  }
}

Coroutine<> async_main() {
  tell("in a coroutine");
  asyncio::get_running_loop().call_soon([] { tell("in a callback"); });
  co_await asyncio::sleep(0s);
}

}  // namespace

int main() {
  tell("before");
  asyncio::run(async_main());
  tell("after");
}
