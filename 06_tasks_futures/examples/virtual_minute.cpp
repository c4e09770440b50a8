// How to test what takes a minute: on a loop whose time is its own. Whenever
// all wait, it jumps to the next timer.
// No twin: Python's asyncio has no time of its own.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Future;
using examples::Stopwatch;

// [region minute]
/// What is to be tested: it gives up after a minute.
Coroutine<std::string> listen(Future<std::string> answer) {
  try {
    co_return co_await asyncio::wait_for(answer, 1min);
  } catch (const asyncio::TimeoutError&) {
    co_return "nobody answers";
  }
}

Coroutine<> test_listen() {
  asyncio::EventLoop& loop = asyncio::get_running_loop();
  const asyncio::TimePoint start = loop.time();
  const std::string heard = co_await listen(loop.create_future<std::string>());
  const auto waited = loop.time() - start;
  std::printf("%s, and not before the minute is over: %s\n", heard.c_str(),
              waited == 1min ? "passed" : "FAILED");
}
// [end minute]

}  // namespace

// [region main]
int main() {
  const Stopwatch stopwatch;
  asyncio::run(test_listen(), asyncio::virtual_time);
  std::printf("the test took %.3f s\n", stopwatch.seconds());
}
// [end main]
