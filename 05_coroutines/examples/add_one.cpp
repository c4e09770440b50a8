// The smallest coroutine that gives something: awaited twice, from another.
#include <cstdio>

#include "05_coroutines/event_loop.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;

// [region add_one]
Coroutine<int> add_one(int number) {
  co_return number + 1;
}

Coroutine<> add_twice() {
  const int one_plus_one = co_await add_one(1);
  const int two_plus_one = co_await add_one(2);
  std::printf("%d\n%d\n", one_plus_one, two_plus_one);
}
// [end add_one]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop(*selector).run_until_complete(add_twice());
}
// [end main]
