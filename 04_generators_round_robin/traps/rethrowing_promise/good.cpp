// The promise keeps the exception, and `next` throws it once the frame is done.
#include <cstdio>
#include <stdexcept>

#include "04_generators_round_robin/generator.hpp"

using generators::Generator;

class Counted {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive_; }

 private:
  int& alive_;
};

Generator<int> fail(int& alive) {
  const Counted counted(alive);
  co_yield 1;
  throw std::runtime_error("it fails");
}

void ask_twice(Generator<int> generator) {
  generator.next();
  try {
    generator.next();
  } catch (const std::runtime_error& error) {
    std::puts(error.what());
  }
}

int main() {
  int alive = 0;
  ask_twice(fail(alive));
  if (alive < 0) std::puts("destroyed twice");
  return alive;
}
