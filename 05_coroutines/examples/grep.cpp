// A generator that is given lines and gives none: what chapter 4's produced,
// this one consumes. It waits at its co_yield until it is sent something.
#include <cstdio>
#include <string>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;
using coroutines::None;
using coroutines::none;

// [region grep]
Generator<None, std::string> grep(std::string pattern) {
  std::printf("Searching for %s\n", pattern.c_str());
  while (true) {
    const std::string line = co_yield none;
    if (line.find(pattern) != std::string::npos) std::puts(line.c_str());
  }
}
// [end grep]

}  // namespace

// [region main]
int main() {
  auto search = coroutines::primed(grep("coroutine"));
  search.send("I love you");
  search.send("Don't you love me?");
  search.send("I love coroutines instead!");
  search.close();
  const bool has_ended = search.send("a second coroutine") == nullptr;
  return has_ended ? 0 : 1;
}
// [end main]
