// A function that waits for two others, one after the other, written with
// generators. Whatever those yield, because they wait, it has to pass on.
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/generator.hpp"

namespace {

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

Generator<None, None, Results> outer() {
  std::puts("in outer");
  std::puts("waiting for result1");
  auto first = phase1();
  while (first.next()) co_yield none;
  std::puts("waiting for result2");
  auto second = phase2(*first.result());
  while (second.next()) co_yield none;
  co_return Results(*first.result(), *second.result());
}
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
