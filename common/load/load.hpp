// What every kind of load has: so and so many messages to pass, and how long each of them took.
#pragma once

#include <cstdint>

#include "common/load/histogram.hpp"

namespace load {

/// Drives a server from outside, in the thread that calls it. After an exception it is of no more
/// use.
class Load {
 public:
  Load() = default;
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  virtual ~Load() = default;

  /// Sends and receives exactly `n` messages. Throws std::runtime_error that names the connection
  /// and what is wrong with it.
  virtual void exchange(std::uint64_t n) = 0;

  /// Throws if the server has sent more than it got, or has closed what is open.
  virtual void expect_silence() = 0;

  [[nodiscard]] const Histogram& latencies() const noexcept { return latencies_; }
  void forget_latencies() noexcept { latencies_ = {}; }

 protected:
  Histogram latencies_;
};

}  // namespace load
