// Whoever awaits stands still until the other has ended, however long that
// takes, and goes on with its result: it reads, and runs, from top to bottom.
#include <chrono>
#include <cstdio>

#include "05_coroutines/event_loop.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Coroutine;
using coroutines::EventLoop;

// [region nested]
Coroutine<int> inner() {
  std::puts("    inner waits");
  co_await coroutines::sleep(0s);
  std::puts("    inner returns 1");
  co_return 1;
}

Coroutine<int> middle() {
  std::puts("  middle awaits inner");
  const int one = co_await inner();
  std::printf("  middle got %d, returns %d\n", one, one + 1);
  co_return one + 1;
}

Coroutine<> outer() {
  std::puts("outer awaits middle");
  const int two = co_await middle();
  std::printf("outer got %d\n", two);
}
// [end nested]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop(*selector).run_until_complete(outer());
}
// [end main]
