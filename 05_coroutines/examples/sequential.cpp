// Two coroutines, awaited one after the other: asynchronous, and yet nothing
// runs at the same time. What both take adds up.
#include <chrono>
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/examples/seconds.hpp"

namespace {

using coroutines::Coroutine;
using coroutines::EventLoop;
using examples::seconds;

// [region sequential]
Coroutine<int> add_one(int number) {
  co_await coroutines::sleep(seconds(1));
  co_return number + 1;
}

Coroutine<std::string> hello_world_message() {
  co_await coroutines::sleep(seconds(1));
  co_return "Hello world!";
}

Coroutine<> one_after_the_other() {
  const std::string message = co_await hello_world_message();
  const int one_plus_one = co_await add_one(1);
  std::printf("%d\n", one_plus_one);
  std::puts(message.c_str());
}
// [end sequential]

}  // namespace

// [region main]
int main() {
  using Clock = std::chrono::steady_clock;
  const auto selector = selectors::default_selector();
  const Clock::time_point start = Clock::now();
  EventLoop(*selector).run_until_complete(one_after_the_other());
  const std::chrono::duration<double> took = Clock::now() - start;
  std::printf("%.1f s: %s\n", took / seconds(1),
              took >= seconds(2) ? "one second and the other" : "too little");
}
// [end main]
