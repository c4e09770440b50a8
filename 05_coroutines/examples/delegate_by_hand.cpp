// A generator that stands before another, with no help from the language. What
// comes out is passed on by a loop. What goes in, exceptions, and how it ends
// take a page: what `yield_from.cpp` says in a line.
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;
using coroutines::GeneratorExit;
using coroutines::None;
using coroutines::none;

// [region values]
Generator<char> letters(std::string text) {
  for (const char letter : text) co_yield letter;
}

Generator<char> pass_on(Generator<char> callee) {
  while (const char* letter = callee.next()) co_yield *letter;
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
  const None* yielded = callee.next();
  while (yielded) {
    std::string message;
    std::exception_ptr error;
    try {
      message = co_yield *yielded;
    } catch (const GeneratorExit&) {
      callee.close();
      throw;
    } catch (...) {
      error = std::current_exception();
    }
    yielded = error ? callee.throw_in(error) : callee.send(message);
  }
  std::puts(callee.result()->c_str());
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
