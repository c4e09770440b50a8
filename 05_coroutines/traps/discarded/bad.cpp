// Refused: nodiscard
// Without its co_await the call makes a coroutine and throws it away: "wait a
// moment" would wait for nothing.
#include <chrono>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;

coroutines::Coroutine<> wait_a_moment() {
  coroutines::sleep(1ms);
  co_return;
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(wait_a_moment());
}
