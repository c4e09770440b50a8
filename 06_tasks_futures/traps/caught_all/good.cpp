// A CancelledError is thrown on. Who catches std::exception doesn't meet it at
// all, since it is none.
#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Task;

Coroutine<> download() {
  co_await asyncio::sleep(1min);
}

Coroutine<> download_often(int& tries) {
  while (tries < 60) {
    ++tries;
    try {
      co_await download();
    } catch (const asyncio::CancelledError&) {
      throw;
    } catch (...) {  // tries again
    }
  }
}

Coroutine<bool> can_be_stopped() {
  int tries = 0;
  const Task<> task = asyncio::create_task(download_often(tries));
  co_await asyncio::sleep(90s);
  task.cancel();
  try {
    co_await task;
  } catch (const asyncio::CancelledError&) {
  }
  std::printf("ended in try %d\n", tries);
  co_return task.cancelled();
}

int main() {
  return asyncio::run(can_be_stopped(), asyncio::virtual_time) ? 0 : 1;
}
