// Exits with 1
// Only the thread could be asked to sleep here, and it is the thread of all:
// the second cannot begin before the first has ended.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;
using coroutines::Coroutine;

Coroutine<> work(std::string& events) {
  events += " begun";
  std::this_thread::sleep_for(1ms);
  events += " ended";
  co_return;
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
