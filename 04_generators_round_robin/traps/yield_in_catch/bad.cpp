// Refused: handler
// The exception that is being handled belongs to the thread, not to the
// function: in a handler nobody can stop and go on later.
#include <stdexcept>

#include "04_generators_round_robin/generator.hpp"

generators::Generator<int> numbers() {
  try {
    throw std::runtime_error("no number");
  } catch (const std::runtime_error&) {
    co_yield 0;
  }
}

int main() {
  auto generator = numbers();
  return *generator.next();
}
