// How long something may take.
#pragma once

#include <chrono>
#include <optional>

#include "06_tasks_futures/asyncio/timers.hpp"

namespace asyncio {

/// A duration, also of seconds with a fraction; or std::nullopt: for ever.
class TimeLimit {
 public:
  constexpr TimeLimit(std::nullopt_t /*none*/ = std::nullopt) noexcept {}
  /// Throws ValueError if it is no number.
  template <typename Number, typename Period>
  TimeLimit(std::chrono::duration<Number, Period> limit)
      : limit_(to_clock(limit)) {}
  template <typename Number, typename Period>
  TimeLimit(std::optional<std::chrono::duration<Number, Period>> limit) {
    if (limit) limit_ = to_clock(*limit);
  }

  [[nodiscard]] bool has_value() const noexcept { return limit_.has_value(); }
  /// No time at all.
  [[nodiscard]] bool is_over() const noexcept {
    return limit_ && *limit_ <= Clock::duration::zero();
  }
  /// When it ends, if it begins now.
  [[nodiscard]] std::optional<TimePoint> deadline(
      TimePoint now) const noexcept {
    if (!limit_) return std::nullopt;
    return after(now, *limit_);
  }

 private:
  std::optional<Clock::duration> limit_;
};

}  // namespace asyncio
