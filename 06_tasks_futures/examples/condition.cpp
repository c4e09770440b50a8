// To wait until something is true, and to look with the lock held: each guest
// waits until there is a plate left.
#include "06_tasks_futures/asyncio/sharing/condition.hpp"

#include <chrono>
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;

struct Table {
  int plates = 0;
  asyncio::Condition changed;
};

Coroutine<> eat(char name, Table& table) {
  const auto held = co_await table.changed.scoped();
  co_await table.changed.wait_for([&] { return table.plates > 0; });
  --table.plates;
  std::printf("%c eats, plates left: %d\n", name, table.plates);
}

Coroutine<> serve(Table& table, int plates) {
  const auto held = co_await table.changed.scoped();
  table.plates += plates;
  std::printf("plates served: %d\n", plates);
  table.changed.notify_all();
}

Coroutine<> async_main() {
  Table table;
  const auto guests =
      asyncio::gather(eat('A', table), eat('B', table), eat('C', table));
  co_await asyncio::sleep(0s);
  co_await serve(table, 1);
  co_await asyncio::sleep(0s);
  co_await serve(table, 2);
  co_await guests;
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
