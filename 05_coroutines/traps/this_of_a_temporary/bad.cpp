// Fails under AddressSanitizer: stack-use-after-scope
// `this` is a reference as well: the greeter dies at the end of the line,
// before the coroutine runs.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "05_coroutines/event_loop.hpp"

using namespace std::chrono_literals;
using coroutines::Coroutine;

class Greeter {
 public:
  explicit Greeter(std::string name) : name_(std::move(name)) {}
  Coroutine<> greet() const {
    std::printf("hello, %s\n", name_.c_str());
    co_return;
  }

 private:
  std::string name_;
};

int main() {
  const auto selector = selectors::default_selector();

  coroutines::EventLoop loop(*selector);
  loop.add(Greeter("somebody").greet());
  loop.run_until_complete(coroutines::sleep(0s));
}
