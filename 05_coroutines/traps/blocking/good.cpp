// Whoever awaits lets the others begin.
#include <chrono>
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;
using coroutines::Coroutine;

Coroutine<> work(std::string& events) {
  events += " begun";
  co_await coroutines::sleep(1ms);
  events += " ended";
}

int main() {
  const auto selector = selectors::default_selector();
  std::string events;
  coroutines::EventLoop loop(*selector);
  loop.add(work(events));
  loop.run_until_complete(work(events));
  std::puts(events.c_str());
  return events == " begun begun ended ended" ? 0 : 1;
}
