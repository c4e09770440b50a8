// A coroutine, its loop, and the order in which they come and go.
#include <cstdio>
#include <utility>

#include "05_coroutines/event_loop.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;

// [region coroutine]
Coroutine<> coroutine() {
  std::puts("in coroutine");
  co_return;
}
// [end coroutine]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  std::puts("starting coroutine");
  Coroutine<> started = coroutine();
  std::puts("entering event loop");
  loop.run_until_complete(std::move(started));
  std::puts("closing event loop");
}
// [end main]
