// A running mean: it is sent numbers, yields their mean so far, and returns it
// when an exception thrown in tells it that there are no more.
#include <cstdio>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;

class StopIteration {};

// [region average]
Generator<double, double, double> average() {
  double sum = 0;
  double mean = 0;
  try {
    for (int count = 1;; ++count) {
      sum += co_yield mean;
      mean = sum / count;
    }
  } catch (const StopIteration&) {
    co_return mean;
  }
}
// [end average]

}  // namespace

// [region main]
int main() {
  auto generator = coroutines::primed(average());
  std::printf("%g\n", *generator.send(5));
  std::printf("%g\n", *generator.send(6));
  generator.throw_in(StopIteration());
  std::printf("Average %g\n", *generator.result());
}
// [end main]
