// The block has a name of its own, so that there is no temporary. (One that
// owns nothing, as a [&], may stay where it is.)
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
  const auto block = [name = std::move(name)](Timeout&) -> Coroutine<> {
    co_await asyncio::sleep(1s);
    std::printf("hello, %s\n", name.c_str());
  };
  co_await asyncio::timeout(1min, block);
}

int main() {
  asyncio::run(greet("a name that has its own memory, on the heap"),
               asyncio::virtual_time);
}
