// Threads share their memory, processes do not.
#include <cstdio>

#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"
#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"

namespace {

int g_counter = 0;

int count() {
  return ++g_counter;
}

template <typename Executor>
void measure(const char* name, Executor& executor) {
  g_counter = 0;
  const int there = executor.submit(count).result();
  std::printf("in a %s it is %d, and here %d\n", name, there, g_counter);
}

}  // namespace

int main() {
  asyncio::ProcessPoolExecutor processes({.max_workers = 1});
  asyncio::ThreadPoolExecutor threads({.max_workers = 1});
  measure("thread", threads);
  measure("process", processes);
}
