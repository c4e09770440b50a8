// A coroutine that takes a second, and gives the thread to others meanwhile.
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/examples/seconds.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;
using examples::seconds;

// [region hello_world]
Coroutine<std::string> hello_world_message() {
  co_await coroutines::sleep(seconds(1));
  co_return "Hello world!";
}

Coroutine<> greet() {
  const std::string message = co_await hello_world_message();
  std::puts(message.c_str());
}
// [end hello_world]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop(*selector).run_until_complete(greet());
}
// [end main]
