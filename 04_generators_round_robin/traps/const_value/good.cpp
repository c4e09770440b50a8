// The type says that nobody may change it.
#include <string>

#include "04_generators_round_robin/generator.hpp"

generators::Generator<const char> letters(std::string text) {
  for (const char& letter : text) co_yield letter;
}

int main() {
  auto generator = letters("a");
  return *generator.next() - 'a';
}
