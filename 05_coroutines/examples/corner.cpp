// Value out, value in: `message = co_yield x` turns a corner. First it goes out
// on the right with x; when it is sent something, it comes back on the left.
#include <cstdio>
#include <string>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;

// [region corner]
Generator<std::string, std::string> corner() {
  const std::string x = "HI";
  const std::string message = co_yield x;
  std::puts(message.c_str());
  co_yield "Nice";
}
// [end corner]

}  // namespace

// [region main]
int main() {
  auto generator = corner();
  std::puts(generator.next()->c_str());
  std::puts(generator.send("Hello")->c_str());
}
// [end main]
