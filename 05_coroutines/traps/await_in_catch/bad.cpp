// Refused: handler
// The exception that is being handled belongs to the thread, not to the
// coroutine: in a handler nobody can leave and come back.
#include <chrono>
#include <stdexcept>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;

coroutines::Coroutine<> retry() {
  try {
    throw std::runtime_error("not yet");
  } catch (const std::runtime_error&) {
    co_await coroutines::sleep(1ms);
  }
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(retry());
}
