// Value and control go back and forth together: who prints, runs.
#include <cstdio>

#include "04_generators_round_robin/generator.hpp"

namespace {

using generators::Generator;

// [region count]
Generator<int> count_to(int last) {
  std::puts("  generator: begins");
  for (int number = 1; number <= last; ++number) {
    std::printf("  generator: yields %d\n", number);
    co_yield number;
    std::puts("  generator: goes on");
  }
  std::puts("  generator: ends");
}
// [end count]

}  // namespace

// [region main]
int main() {
  Generator<int> numbers = count_to(2);
  std::puts("caller: has called count_to, and asks");
  while (const int* number = numbers.next()) {
    std::printf("caller: has %d, and asks again\n", *number);
  }
  std::puts("caller: has them all");
}
// [end main]
