// What has to be done in any case a destructor does.
#include "05_coroutines/generator.hpp"

using coroutines::Generator;
using coroutines::none;
using coroutines::None;

class Hold {
 public:
  explicit Hold(int& held) : held_(held) { ++held_; }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { --held_; }

 private:
  int& held_;
};

Generator<None> hold(int& held) {
  const Hold hold_it(held);
  co_yield none;
}

int main() {
  int held = 0;
  {
    auto holder = hold(held);
    holder.next();
  }
  return held;
}
