// A coroutine that nobody awaits doesn't run, and says so when it dies. Without
// a name for it, this wouldn't compile: Coroutine is [[nodiscard]].
#include <cstdio>

#include "05_coroutines/coroutine.hpp"

namespace {

using coroutines::Coroutine;

// [region never_awaited]
Coroutine<> custom_coro() {
  std::puts("nobody sees this");
  co_return;
}
// [end never_awaited]

}  // namespace

// [region main]
int main() {
  const Coroutine<> forgotten = custom_coro();
}
// [end main]
