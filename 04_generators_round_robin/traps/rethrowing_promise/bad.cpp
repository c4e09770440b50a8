// Fails with clang++ 19 -O1, works with g++: destroyed twice
// The exception leaves by way of `resume`, and the local variables are
// destroyed on its way. Then the frame is destroyed, and they with it.
#include <coroutine>
#include <cstdio>
#include <stdexcept>
#include <utility>

class Generator {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  struct promise_type {
    Generator get_return_object() {
      return Generator(Handle::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(int /*value*/) const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const { throw; }
  };

  Generator(Generator&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&&) = delete;
  ~Generator() { handle_.destroy(); }

  void next() const { handle_.resume(); }

 private:
  explicit Generator(Handle handle) noexcept : handle_(handle) {}

  Handle handle_;
};

class Counted {
 public:
  explicit Counted(int& alive) : alive_(alive) { ++alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive_; }

 private:
  int& alive_;
};

Generator fail(int& alive) {
  const Counted counted(alive);
  co_yield 1;
  throw std::runtime_error("it fails");
}

void ask_twice(Generator generator) {
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
