// The handler only notes what has happened; whoever has to wait waits after it.
#include <chrono>
#include <stdexcept>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;

coroutines::Coroutine<> retry() {
  bool has_failed = false;
  try {
    throw std::runtime_error("not yet");
  } catch (const std::runtime_error&) {
    has_failed = true;
  }
  if (has_failed) co_await coroutines::sleep(1ms);
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(retry());
}
