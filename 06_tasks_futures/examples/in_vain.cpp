// Chapter 5's loop: who was added has started, but nobody can wait for it.
// No twin: Python has no such add; there each coroutine that runs beside the
// others is a task.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/examples/seconds.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;
using examples::seconds;

// [region in_vain]
Coroutine<> download(std::string page) {
  std::printf("downloading %s\n", page.c_str());
  co_await coroutines::sleep(seconds(1));
  std::printf("%s is there\n", page.c_str());
}

Coroutine<> download_both(EventLoop& loop) {
  loop.add(download("a.html"));
  loop.add(download("b.html"));
  co_await coroutines::sleep(seconds(0));
  std::puts("and now?");
}
// [end in_vain]

}  // namespace

int main() {
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  loop.run_until_complete(download_both(loop));
}
