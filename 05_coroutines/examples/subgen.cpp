// Nobody can be sent a value before the co_yield that is to give it: a
// generator is started by `next`. One value later, this one is at its end.
#include <cstdio>
#include <string>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;
using coroutines::None;
using coroutines::none;
using coroutines::TypeError;

// [region subgen]
Generator<None, std::string> subgen() {
  const std::string message = co_yield none;
  std::puts(message.c_str());
}
// [end subgen]

}  // namespace

// [region main]
int main() {
  auto generator = subgen();
  try {
    generator.send("too early");
  } catch (const TypeError& error) {
    std::printf("TypeError: %s\n", error.what());
  }
  generator.next();
  if (generator.send("Hello") == nullptr) std::puts("StopIteration");
}
// [end main]
