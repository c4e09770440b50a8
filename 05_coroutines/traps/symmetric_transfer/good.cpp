// The trampoline runs one after the other, and nobody stands on anybody's
// stack.
#include "05_coroutines/coroutine.hpp"

using coroutines::Coroutine;

Coroutine<> child() {
  co_return;
}

Coroutine<> parent() {
  for (int n = 0; n < 1'000'000; ++n) co_await child();
}

int main() {
  parent().next();
}
