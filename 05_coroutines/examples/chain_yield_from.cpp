// The program of `chain_by_hand.cpp`, by `co_yield from(...)`, as coroutines
// were written in Python before it knew `async` and `await`.
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::from;
using coroutines::Generator;
using coroutines::None;
using coroutines::none;
using Results = std::pair<std::string, std::string>;

// [region chain]
Generator<None, None, std::string> phase1() {
  std::puts("in phase1");
  co_yield none;
  co_return "result1";
}

Generator<None, None, std::string> phase2(std::string argument) {
  std::puts("in phase2");
  co_yield none;
  co_return "result2 derived from " + argument;
}

// [region outer]
Generator<None, None, Results> outer() {
  std::puts("in outer");
  std::puts("waiting for result1");
  const std::string result1 = co_yield from(phase1());
  std::puts("waiting for result2");
  const std::string result2 = co_yield from(phase2(result1));
  co_return Results(result1, result2);
}
// [end outer]
// [end chain]

}  // namespace

// [region main]
int main() {
  auto chain = outer();
  while (chain.next()) continue;
  const auto& [result1, result2] = *chain.result();
  std::printf("return value: ('%s', '%s')\n", result1.c_str(), result2.c_str());
}
// [end main]
