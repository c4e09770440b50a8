// Fails under AddressSanitizer: stack-use-after-scope
// The frame holds the parameters, of which a closure's `this` is one: what was
// captured stays in the closure, and that dies at the end of the line.
#include <chrono>
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;
using coroutines::Coroutine;

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop loop(*selector);
  const std::string name = "a name too long to be kept within the string";
  loop.add([name]() -> Coroutine<> {
    std::printf("hello, %s\n", name.c_str());
    co_return;
  }());
  loop.run_until_complete(coroutines::sleep(0s));
}
