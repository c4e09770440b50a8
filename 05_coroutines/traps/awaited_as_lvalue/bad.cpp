// Refused: deleted
// A coroutine is awaited once, and so handed over: one with a name would have
// to be copied, and it has no copies.

#include "05_coroutines/event_loop.hpp"

using coroutines::Coroutine;

Coroutine<int> answer() {
  co_return 42;
}

Coroutine<int> ask() {
  Coroutine<int> child = answer();
  const int result = co_await child;
  co_return result;
}

int main() {
  const auto selector = selectors::default_selector();
  return coroutines::EventLoop(*selector).run_until_complete(ask()) - 42;
}
