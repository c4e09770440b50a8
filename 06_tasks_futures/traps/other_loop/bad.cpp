// Exits with 1
// A future schedules those who wait for it, and it knows its own loop only: no
// task of another may wait for it.
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;

Coroutine<int> ask(EventLoop& other) {
  const Future<int> answer = other.create_future<int>();
  co_return co_await answer;
}

int main() {
  EventLoop other;
  try {
    return asyncio::run(ask(other)) - 42;
  } catch (const asyncio::RuntimeError& error) {
    std::puts(error.what());
    return 1;
  }
}
