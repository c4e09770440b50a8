// The program of `delegate_by_hand.cpp`, by `co_yield from(...)`: it starts the
// other generator, passes on all that comes out and goes in, be it values or
// exceptions, and gives what the other has returned.
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::from;
using coroutines::Generator;
using coroutines::None;
using coroutines::none;

// [region values]
Generator<char> letters(std::string text) {
  for (const char letter : text) co_yield letter;
}

Generator<char> pass_on(Generator<char> callee) {
  co_yield from(std::move(callee));
}
// [end values]

// [region subgen]
class Enough {};

Generator<None, std::string, std::string> subgen() {
  try {
    while (true) {
      const std::string message = co_yield none;
      std::printf("subgen received %s\n", message.c_str());
    }
  } catch (const Enough&) {
    std::puts("subgen has had enough");
  }
  co_return "Returned from subgen()";
}
// [end subgen]

// [region delegator]
Generator<None, std::string> delegator(
    Generator<None, std::string, std::string> callee) {
  const std::string result = co_yield from(std::move(callee));
  std::puts(result.c_str());
}
// [end delegator]

}  // namespace

// [region main]
int main() {
  auto passed_on = pass_on(letters("string"));
  for (int i = 0; i < 3; ++i) std::printf("%c\n", *passed_on.next());

  auto outer = coroutines::primed(delegator(subgen()));
  outer.send("Hello");
  outer.send("world");
  if (!outer.throw_in(Enough())) std::puts("StopIteration");
}
// [end main]
