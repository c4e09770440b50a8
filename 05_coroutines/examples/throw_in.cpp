// Any exception, the library's or one's own, can be thrown in at the co_yield
// where a generator stands. What it doesn't catch comes out again.
#include <cstdio>
#include <stdexcept>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;
using coroutines::None;
using coroutines::none;
using coroutines::State;

// [region throw_in]
class Interruption : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

Generator<None> listen() {
  while (true) {
    try {
      co_yield none;
    } catch (const std::out_of_range& error) {
      std::printf("caught within: %s\n", error.what());
    } catch (const Interruption& error) {
      std::printf("caught within: %s\n", error.what());
    }
  }
}
// [end throw_in]

}  // namespace

// [region main]
int main() {
  auto listener = coroutines::primed(listen());
  listener.throw_in(std::out_of_range("one of the library's"));
  listener.throw_in(Interruption("one of our own"));
  try {
    listener.throw_in(std::invalid_argument("one it doesn't know"));
  } catch (const std::invalid_argument& error) {
    std::printf("came out: %s\n", error.what());
  }
  if (listener.state() == State::closed) std::puts("closed");
}
// [end main]
