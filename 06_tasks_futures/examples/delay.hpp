// What many examples share: a call that takes its time, and says so; and a word
// about how long a coroutine takes.
#pragma once

#include <cstdio>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace examples {

/// Sleeps for so many seconds, and gives their number.
inline asyncio::Coroutine<int> delay(int count) {
  std::printf("sleeping for %d second(s)\n", count);
  co_await asyncio::sleep(seconds(count));
  std::printf("finished sleeping for %d second(s)\n", count);
  co_return count;
}

/// Says that something begins, and when it ends, however it does, how long it
/// took.
class Timed {
 public:
  explicit Timed(const char* name) : name_(name) {
    std::printf("starting %s\n", name_);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() { std::printf("finished %s in %.4f s\n", name_, watch_.seconds()); }

 private:
  const char* name_;
  Stopwatch watch_;
};

/// The same coroutine, timed. `name` outlives it.
template <typename T>
asyncio::Coroutine<T> async_timed(const char* name,
                                  asyncio::Coroutine<T> coroutine) {
  const Timed timed(name);
  co_return co_await std::move(coroutine);
}

}  // namespace examples
