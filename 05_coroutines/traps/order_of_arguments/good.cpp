// Prints 3 9
// One statement after the other: the order is as written.
#include <cstdio>
#include <vector>

#include "05_coroutines/event_loop.hpp"

using coroutines::Coroutine;

Coroutine<std::size_t> get(std::size_t number) {
  std::printf("%zu\n", number);
  co_return number;
}

Coroutine<> make_row() {
  const std::size_t size = co_await get(3);
  const std::size_t value = co_await get(9);
  const std::vector<std::size_t> row(size, value);
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(make_row());
}
