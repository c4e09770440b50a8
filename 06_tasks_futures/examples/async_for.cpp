// A generator that waits before each of its values. Who asks for the next one
// waits with it: nothing here runs at the same time as anything else.
#include <cstdio>
#include <string>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/async_generator.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace {

using asyncio::AsyncGenerator;
using asyncio::Coroutine;
using examples::seconds;
using examples::Stopwatch;

// [region async_for]
AsyncGenerator<char> letters(std::string word) {
  for (char letter : word) {
    std::printf("waiting for %c\n", letter);
    co_await asyncio::sleep(seconds(1));
    co_yield letter;
  }
}

Coroutine<> async_main() {
  const Stopwatch stopwatch;
  AsyncGenerator<char> abc = letters("abc");
  while (const char* letter = co_await abc.next()) {
    std::printf("working on %c\n", *letter);
    co_await asyncio::sleep(seconds(1));
  }
  std::printf("three waits and three works took %.1f s\n", stopwatch.seconds());
}
// [end async_for]

}  // namespace

int main() {
  asyncio::run(async_main());
}
