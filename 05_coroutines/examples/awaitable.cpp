// Whatever says what is to be awaited in its place can be awaited itself:
// `operator co_await` is Python's `__await__`.
#include <cstdio>
#include <string>

#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/examples/seconds.hpp"

namespace {

using coroutines::Awaitable;
using coroutines::Coroutine;
using coroutines::EventLoop;
using examples::seconds;

// [region kettle]
Coroutine<std::string> boil(int degrees) {
  co_await coroutines::sleep(seconds(1));
  co_return "water at " + std::to_string(degrees) + " degrees";
}

class Kettle {
 public:
  explicit Kettle(int degrees) : degrees_(degrees) {}
  Coroutine<std::string> operator co_await() const { return boil(degrees_); }

 private:
  int degrees_;
};

static_assert(Awaitable<Kettle>);
static_assert(Awaitable<Coroutine<std::string>>);
static_assert(!Awaitable<std::string>);

Coroutine<> make_tea() {
  const Kettle kettle(95);
  const std::string water = co_await kettle;
  std::printf("tea from %s\n", water.c_str());
}
// [end kettle]

template <typename T>
void tell(const char* name) {
  std::printf("%s: %s\n", name, Awaitable<T> ? "awaitable" : "not awaitable");
}

}  // namespace

// [region main]
int main() {
  tell<Coroutine<>>("a coroutine");
  tell<Kettle>("a kettle");
  tell<std::string>("a string");
  const auto selector = selectors::default_selector();
  EventLoop(*selector).run_until_complete(make_tea());
}
// [end main]
