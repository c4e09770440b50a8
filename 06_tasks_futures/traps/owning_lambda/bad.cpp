// Refused: name the block first
// By g++ 12 alone, which would destroy this lambda twice: it is a temporary of
// a co_await expression, and it owns something. clang++ takes it.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Timeout;

Coroutine<> greet(std::string name) {
  co_await asyncio::timeout(1min,
                            [name = std::move(name)](Timeout&) -> Coroutine<> {
                              co_await asyncio::sleep(1s);
                              std::printf("hello, %s\n", name.c_str());
                            });
}

int main() {
  asyncio::run(greet("a name that has its own memory, on the heap"),
               asyncio::virtual_time);
}
