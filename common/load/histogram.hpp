// How often which latency occurred, in buckets that grow with the value, so that any percentile is
// known to less than one percent and recording costs a few instructions.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace load {

/// Values below 128 have a bucket each; from there on every power of two is cut into 128 buckets of
/// the same width. A value of 58 KiB; one thread at a time.
class Histogram {
 public:
  void record(std::chrono::nanoseconds latency) noexcept {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
    ++counts_[index_of(value)];
    ++total_;
    max_ = std::max(max_, value);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
  /// Exact.
  [[nodiscard]] std::chrono::nanoseconds max() const noexcept { return as_duration(max_); }

  /// The least value that at least `share` (0 to 1) of all do not exceed; never too low, and less
  /// than one percent too high. Nothing recorded gives 0.
  [[nodiscard]] std::chrono::nanoseconds percentile(double share) const noexcept {
    const double wanted = share * static_cast<double>(total_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) {
        return as_duration(std::min(largest_in(i), max_));
      }
    }
    return as_duration(max_);
  }

 private:
  static constexpr unsigned k_bits = 7;
  static constexpr std::size_t k_buckets = std::size_t{1} << k_bits;

  // The highest k_bits + 1 bits of a value say where it belongs.
  static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    if (value < k_buckets) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - k_bits - 1;
    return (shift * k_buckets) + static_cast<std::size_t>(value >> shift);
  }

  static constexpr std::uint64_t largest_in(std::size_t index) noexcept {
    if (index < k_buckets) return index;
    const std::size_t shift = (index / k_buckets) - 1;
    return ((index - (shift * k_buckets) + 1) << shift) - 1;
  }

  static std::chrono::nanoseconds as_duration(std::uint64_t value) noexcept {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value));
  }

  std::array<std::uint64_t, (64 - k_bits + 1) * k_buckets> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace load
