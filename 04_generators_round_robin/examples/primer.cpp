// A coroutine with nothing between us and the compiler. What stands further
// left has called what stands further right: the lines prove who has control.
#include <coroutine>
#include <cstdio>
#include <exception>

namespace {

// [region trip]
/// What the call gives back. In `promise_type` the compiler looks up what is
/// to happen at each step of the function's life.
struct Trip {
  struct promise_type {
    Trip get_return_object() { return {Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Handle handle;  // to the frame: the function's variables, and where it stands
};
// [end trip]

// [region halt]
/// What is awaited. It is asked three things.
struct Halt {
  bool await_ready() {
    std::puts("    await_ready: no, the function has to stop");
    return false;
  }
  void await_suspend(std::coroutine_handle<> /*trip*/) {
    std::puts("    await_suspend: it stands");
  }
  int await_resume() {
    std::puts("    await_resume: it goes on");
    return 7;  // the value of the co_await
  }
};
// [end halt]

// [region travel]
Trip travel(int start) {
  std::printf("  travel: leaves with %d\n", start);
  const int found = co_await Halt();
  std::printf("  travel: arrives with %d and %d\n", start, found);
}
// [end travel]

}  // namespace

// [region main]
int main() {
  const Trip trip = travel(35);
  std::puts("main: has called travel, and resumes it");
  trip.handle.resume();
  std::puts("main: is back, and resumes it again");
  trip.handle.resume();
  std::printf("main: is back, it is done: %s\n",
              trip.handle.done() ? "yes" : "no");
  trip.handle.destroy();
}
// [end main]
