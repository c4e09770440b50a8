// A generator that nobody asks any further. What it holds is freed when it
// dies, wherever it stands: its local variables are destroyed then.
#include <cstdio>

#include "04_generators_round_robin/generator.hpp"

namespace {

using generators::Generator;

// [region numbers]
struct Tidy {
  Tidy() = default;
  Tidy(const Tidy&) = delete;
  ~Tidy() { std::puts("  tidied up"); }
};

Generator<int> numbers() {
  const Tidy tidy;
  for (int number = 1;; ++number) co_yield number;
}
// [end numbers]

}  // namespace

// [region main]
int main() {
  {
    Generator<int> some = numbers();
    std::printf("the first is %d\n", *some.next());
    std::puts("nobody asks for a second");
  }
  std::puts("that was the generator's end");
  {
    Generator<int> others = numbers();
    std::puts("another one is never asked");
  }
  std::puts("and has nothing to tidy up");
}
// [end main]
