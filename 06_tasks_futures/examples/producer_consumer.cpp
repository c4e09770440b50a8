// A queue between one who makes and two who take: when it is full, the one
// waits; when it is empty, the others do.
#include <chrono>
#include <cstdio>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Queue;
using asyncio::Task;

// [region queue]
Coroutine<> produce(Queue<int>& orders) {
  for (int number = 1; number <= 5; ++number) {
    co_await orders.put(number);
    std::printf("order %d is in\n", number);
  }
}

Coroutine<> consume(char name, Queue<int>& orders) {
  while (true) {
    const int number = co_await orders.get();
    std::printf("%c begins order %d\n", name, number);
    co_await asyncio::sleep(0s);
    std::printf("%c has done order %d\n", name, number);
    orders.task_done();
  }
}

Coroutine<> async_main() {
  Queue<int> orders(2);
  const std::vector<Task<>> cooks = {
      asyncio::create_task(consume('A', orders)),
      asyncio::create_task(consume('B', orders))};
  co_await produce(orders);
  co_await orders.join();
  std::puts("all orders are done");
  for (const Task<>& cook : cooks) cook.cancel();
  co_await asyncio::gather(asyncio::return_exceptions, cooks);
}
// [end queue]

}  // namespace

int main() {
  asyncio::run(async_main());
}
