// Prints 9 3 with g++ 12, 3 9 with clang++
// In which order the arguments of a call are evaluated is up to the compiler,
// and so is who is awaited first: here clang++ begins at the left, g++ doesn't.
#include <cstdio>
#include <vector>

#include "05_coroutines/event_loop.hpp"

using coroutines::Coroutine;

Coroutine<std::size_t> get(std::size_t number) {
  std::printf("%zu\n", number);
  co_return number;
}

Coroutine<> make_row() {
  const std::vector<std::size_t> row(co_await get(3), co_await get(9));
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(make_row());
}
