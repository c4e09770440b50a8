// Fails with g++ 12, works with clang++: double free
// A temporary of an aggregate type within a co_await expression is copied into
// the frame byte by byte, and destroyed twice.
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"

using coroutines::Coroutine;

struct Name {
  std::string text;
};

Coroutine<std::size_t> measure(Name name) {
  co_return name.text.size();
}

Coroutine<> tell() {
  const std::size_t size =
      co_await measure(Name{"a name that has its own memory, on the heap"});
  std::printf("%zu letters\n", size);
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(tell());
}
