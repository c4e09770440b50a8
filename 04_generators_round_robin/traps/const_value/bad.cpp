// Refused: yield_value
// Whoever asks a Generator<char> may change what it yields: `letter` must not
// be changed.
#include <string>

#include "04_generators_round_robin/generator.hpp"

generators::Generator<char> letters(std::string text) {
  for (const char& letter : text) co_yield letter;
}

int main() {
  auto generator = letters("a");
  return *generator.next() - 'a';
}
