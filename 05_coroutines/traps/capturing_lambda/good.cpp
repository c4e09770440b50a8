// A function without captures: what it needs are parameters, and the frame has
// them.
#include <chrono>
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;
using coroutines::Coroutine;

Coroutine<> greet(std::string name) {
  std::printf("hello, %s\n", name.c_str());
  co_return;
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop loop(*selector);
  const std::string name = "a name too long to be kept within the string";
  loop.add(greet(name));
  loop.run_until_complete(coroutines::sleep(0s));
}
