// Exits with 1
// Destroying a paused frame destroys its variables, and throws nothing: what
// was left to `catch` isn't done.
#include "05_coroutines/generator.hpp"

using coroutines::Generator;
using coroutines::none;
using coroutines::None;

Generator<None> hold(int& held) {
  ++held;
  try {
    co_yield none;
  } catch (...) {
    --held;
    throw;
  }
  --held;
}

int main() {
  int held = 0;
  {
    auto holder = hold(held);
    holder.next();
  }
  return held;
}
