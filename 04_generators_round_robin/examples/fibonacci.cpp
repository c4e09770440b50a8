// A series without an end, and nothing that holds it: each number is made when
// somebody asks for it.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <ranges>
#include <utility>

#include "04_generators_round_robin/generator.hpp"

namespace {

using generators::Generator;

// [region fibonacci]
Generator<std::uint64_t> fibonacci() {
  std::uint64_t a = 0;
  std::uint64_t b = 1;
  while (true) {
    co_yield a;
    a = std::exchange(b, a + b);
  }
}
// [end fibonacci]

// [region below]
void print_below(std::uint64_t limit) {
  std::printf("below %" PRIu64 ":", limit);
  for (const std::uint64_t number : fibonacci()) {
    if (number >= limit) break;
    std::printf(" %" PRIu64, number);
  }
  std::puts("");
}
// [end below]

// [region even]
void print_even(int count) {
  const auto is_even = [](std::uint64_t number) { return number % 2 == 0; };
  std::printf("the first %d even ones:", count);
  for (const std::uint64_t number :
       fibonacci() | std::views::filter(is_even) | std::views::take(count)) {
    std::printf(" %" PRIu64, number);
  }
  std::puts("");
}
// [end even]

// [region last]
void print_last() {
  std::uint64_t last = 0;
  for (const std::uint64_t number : fibonacci()) {
    if (number < last) break;  // it has lost its highest bit
    last = number;
  }
  std::printf("the last that fits into 64 bits: %" PRIu64 "\n", last);
}
// [end last]

}  // namespace

int main() {
  print_below(100);
  print_even(5);
  print_last();
}
