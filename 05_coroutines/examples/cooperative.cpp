// Coroutines give their turn away at a co_await, and nowhere else. What stands
// between two of them nobody interrupts: it needs no lock, as it does among the
// threads of 01_blocking/examples/lost_updates.cpp.
#include <chrono>
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Coroutine;
using coroutines::EventLoop;
using coroutines::sleep;

// [region count]
Coroutine<> count(int& counter) {
  for (int i = 0; i < 100'000; ++i) {
    const int value = counter;
    counter = value + 1;
    if (i % 1'000 == 0) co_await sleep(0s);
  }
}
// [end count]

// [region speak]
Coroutine<> speak(std::string name) {
  std::printf("%s says one\n", name.c_str());
  std::printf("%s says two\n", name.c_str());
  co_await sleep(0s);
  std::printf("%s says three\n", name.c_str());
  std::printf("%s says four\n", name.c_str());
}
// [end speak]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  int counter = 0;
  EventLoop loop(*selector);
  loop.add(count(counter));
  loop.run_until_complete(count(counter));
  std::printf("two coroutines counted to %d\n", counter);

  loop.add(speak("A"));
  loop.run_until_complete(speak("B"));
}
// [end main]
