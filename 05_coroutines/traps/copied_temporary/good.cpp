// The aggregate has a name of its own, so that there is no temporary.
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/event_loop.hpp"

using coroutines::Coroutine;

struct Name {
  std::string text;
};

Coroutine<std::size_t> measure(Name name) {
  co_return name.text.size();
}

Coroutine<> tell() {
  Name name{"a name that has its own memory, on the heap"};
  const std::size_t size = co_await measure(std::move(name));
  std::printf("%zu letters\n", size);
}

int main() {
  const auto selector = selectors::default_selector();
  coroutines::EventLoop(*selector).run_until_complete(tell());
}
