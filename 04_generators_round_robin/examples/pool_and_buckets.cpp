// Round robin: two generators in one queue, one value each in turn. Neither
// knows of the other.
#include <cstdio>
#include <deque>
#include <string>
#include <utility>

#include "04_generators_round_robin/round_robin.hpp"

namespace {

using generators::Generator;

// [region generators]
Generator<std::string> gen1(std::string text) {
  for (const char letter : text) co_yield std::string(1, letter);
}

Generator<std::string> gen2(int n) {
  for (int i = 0; i < n; ++i) co_yield std::to_string(n);
}
// [end generators]

}  // namespace

// [region main]
int main() {
  std::deque<Generator<std::string>> tasks;
  tasks.push_back(gen1("string"));
  tasks.push_back(gen2(6));
  generators::round_robin(std::move(tasks), [](const std::string& value) {
    std::puts(value.c_str());
  });
}
// [end main]
