// The program of `chain_yield_from.cpp` by `co_await`, which is `yield from`
// under another name; and a loop calls `next`.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/event_loop.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Coroutine;
using coroutines::EventLoop;
using Results = std::pair<std::string, std::string>;

// [region chain]
Coroutine<std::string> phase1() {
  std::puts("in phase1");
  co_await coroutines::sleep(0s);
  co_return "result1";
}

Coroutine<std::string> phase2(std::string argument) {
  std::puts("in phase2");
  co_await coroutines::sleep(0s);
  co_return "result2 derived from " + argument;
}

// [region outer]
Coroutine<Results> outer() {
  std::puts("in outer");
  std::puts("waiting for result1");
  const std::string result1 = co_await phase1();
  std::puts("waiting for result2");
  const std::string result2 = co_await phase2(result1);
  co_return Results(result1, result2);
}
// [end outer]
// [end chain]

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  const auto [result1, result2] = loop.run_until_complete(outer());
  std::printf("return value: ('%s', '%s')\n", result1.c_str(), result2.c_str());
}
// [end main]
