// What run does, by hand: a loop is made, runs main, and is closed, whatever
// happens.
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::EventLoop;

Coroutine<int> answer() {
  co_return 42;
}

Coroutine<int> fail() {
  throw asyncio::ValueError("no luck");
  co_return 0;  // makes it a coroutine
}

/// Held by a callback that never comes, it dies with the loop.
struct LastWord {
  ~LastWord() { std::puts("the loop is closed"); }
};

int run_by_hand(Coroutine<int> main) {
  EventLoop loop;  // when it dies, it is closed, and drops what is left over
  loop.call_later(24h, [last_word = std::make_shared<LastWord>()] {});
  return loop.run_until_complete(std::move(main));
}

}  // namespace

int main() {
  std::printf("main returned %d\n", run_by_hand(answer()));
  try {
    run_by_hand(fail());
  } catch (const asyncio::ValueError& error) {
    std::printf("main has failed: %s\n", error.what());
  }
}
