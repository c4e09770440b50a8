// The handler notes what has happened, and what is to be said is said after it.
#include <stdexcept>

#include "04_generators_round_robin/generator.hpp"

generators::Generator<int> numbers() {
  bool failed = false;
  try {
    throw std::runtime_error("no number");
  } catch (const std::runtime_error&) {
    failed = true;
  }
  if (failed) co_yield 0;
}

int main() {
  auto generator = numbers();
  return *generator.next();
}
