// What an asynchronous function is, and what its call gives: a coroutine, of
// which nothing has run. It is a generator: whoever has it can ask it by hand.
#include <chrono>
#include <cstdio>
#include <type_traits>

#include "05_coroutines/event_loop.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Coroutine;
using coroutines::Generator;

class LastWord {
 public:
  LastWord() = default;
  LastWord(const LastWord&) = delete;
  LastWord& operator=(const LastWord&) = delete;
  ~LastWord() { std::puts("f tidies up"); }
};

// [region types]
Generator<int> g() {
  co_yield 1;
}

Coroutine<int> f() {
  const LastWord last_word;
  std::puts("f begins");
  co_await coroutines::sleep(0s);
  std::puts("f goes on");
  co_return 42;
}

static_assert(std::is_function_v<decltype(f)>);
static_assert(std::is_same_v<decltype(f()), Coroutine<int>>);
static_assert(std::is_same_v<decltype(g()), Generator<int>>);
// [end types]

template <typename Result>
const char* type_name(Result (& /*function*/)()) {
  return "function";
}
template <typename Yield, typename Send, typename Return>
const char* type_name(const Generator<Yield, Send, Return>& /*generator*/) {
  return "generator";
}
template <typename T>
const char* type_name(const Coroutine<T>& /*coroutine*/) {
  return "coroutine";
}

}  // namespace

// [region main]
int main() {
  const Generator<int> generator = g();
  Coroutine<int> coroutine = f();
  std::printf("g is a %s, g() a %s\n", type_name(g), type_name(generator));
  std::printf("f is a %s, f() a %s\n", type_name(f), type_name(coroutine));

  coroutine.next();
  std::puts("f waits");
  coroutine.next();
  std::printf("f has returned %d\n", *coroutine.result());

  Coroutine<int> closed = f();
  closed.next();
  std::puts("f waits, and is closed");
  closed.close();
}
// [end main]
