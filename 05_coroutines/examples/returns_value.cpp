// What a coroutine returns, `run_until_complete` gives to whoever called it.
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;

// [region coroutine]
Coroutine<std::string> coroutine() {
  std::puts("in coroutine");
  co_return "result";
}
// [end coroutine]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  const std::string result = loop.run_until_complete(coroutine());
  std::printf("it returned: '%s'\n", result.c_str());
}
// [end main]
