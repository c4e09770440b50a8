// What a coroutine gives is awaited.
#include <chrono>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;

coroutines::Coroutine<> wait_a_moment() {
  co_await coroutines::sleep(1ms);
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(wait_a_moment());
}
