// Whoever has coroutines outlives them.
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
  const Greeter greeter("somebody");
  coroutines::EventLoop loop(*selector);
  loop.add(greeter.greet());
  loop.run_until_complete(coroutines::sleep(0s));
}
