// Fails with g++ 12 -O1, works with clang++: SIGSEGV
// Symmetric transfer: await_suspend returns whom to go on with. Below -O2 g++
// makes a call of it, not a jump, and each await leaves one more on the stack.
#include <coroutine>
#include <exception>
#include <utility>

class Task {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  /// At the end the caller goes on.
  struct ToCaller {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle ended) const noexcept {
      return ended.promise().caller;
    }
    void await_resume() const noexcept {}
  };

  struct promise_type {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    ToCaller final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }

    std::coroutine_handle<> caller = std::noop_coroutine();
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  Handle await_suspend(std::coroutine_handle<> caller) const noexcept {
    handle_.promise().caller = caller;
    return handle_;
  }
  void await_resume() const noexcept {}

  void run() const { handle_.resume(); }

 private:
  explicit Task(Handle handle) noexcept : handle_(handle) {}

  Handle handle_;
};

Task child() {
  co_return;
}

Task parent() {
  for (int n = 0; n < 1'000'000; ++n) co_await child();
}

int main() {
  parent().run();
}
