// Exits with 1
// Whoever is cancelled ends when it has cleaned up. This one waits for a
// goodbye that never comes, and so does everybody who waits for it.
#include <chrono>
#include <cstdio>
#include <exception>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/async_with.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Future;
using asyncio::Task;

class Connection {
 public:
  explicit Connection(Future<> goodbye) : goodbye_(std::move(goodbye)) {}
  Coroutine<> aenter() { co_return; }
  Coroutine<> aexit(std::exception_ptr /*thrown*/) { co_await goodbye_; }

 private:
  Future<> goodbye_;
};

Coroutine<> talk(Future<> goodbye) {
  co_await asyncio::async_with(
      Connection(goodbye),
      [&](Connection&) -> Coroutine<> { co_await asyncio::sleep(1h); });
}

Coroutine<bool> can_be_stopped() {
  const Future<> never = asyncio::get_running_loop().create_future();
  const Task<> task = asyncio::create_task(talk(never));
  co_await asyncio::sleep(1s);
  task.cancel();
  const std::vector tasks{task};
  co_await asyncio::wait(tasks, {.timeout = 1min});
  std::puts(task.done() ? "it has ended" : "a minute later it has not ended");
  co_return task.done();
}

int main() {
  return asyncio::run(can_be_stopped(), asyncio::virtual_time) ? 0 : 1;
}
