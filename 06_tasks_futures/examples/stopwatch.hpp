// How much time has passed, in the seconds of these examples.
#pragma once

#include <chrono>

#include "05_coroutines/examples/seconds.hpp"

namespace examples {

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    const std::chrono::duration<double> passed = Clock::now() - start_;
    return passed / examples::seconds(1);
  }
  /// Those that are over: what waits never ends too early, but somewhat late.
  [[nodiscard]] int whole_seconds() const {
    return static_cast<int>(seconds());
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace examples
