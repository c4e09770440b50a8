// How long a coroutine takes: a word when it begins, and one when it ends.
#pragma once

#include <cstdio>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"

namespace examples {

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
