// Two tasks that compute and never wait: the thread is theirs, so the second
// begins when the first has ended.
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/async_timed.hpp"
#include "06_tasks_futures/examples/cpu_bound_work.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::async_timed;
using examples::timed_work;

Coroutine<> async_main() {
  const Task<long> task_one = asyncio::create_task(timed_work());
  const Task<long> task_two = asyncio::create_task(timed_work());
  co_await task_one;
  co_await task_two;
}

}  // namespace

int main() {
  asyncio::run(async_timed("main", async_main()));
}
