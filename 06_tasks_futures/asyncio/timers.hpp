// What is to run at a time: a heap, the next one on top.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/runnable.hpp"

namespace asyncio {

using Clock = std::chrono::steady_clock;
/// A time of the loop's clock (Python: seconds, as a float).
using TimePoint = Clock::time_point;

/// In the clock's unit; its longest, if it cannot show that. Throws ValueError
/// if it is no number.
template <typename Number, typename Period>
constexpr Clock::duration to_clock(
    std::chrono::duration<Number, Period> delay) {
  const std::chrono::duration<double> longest = Clock::duration::max() / 2;
  const std::chrono::duration<double> seconds = delay;
  if (std::isnan(seconds.count())) {
    throw ValueError("expected a duration, got nan");
  }
  if (seconds > longest) return Clock::duration::max();
  if (seconds < -longest) return -Clock::duration::max();
  return std::chrono::duration_cast<Clock::duration>(delay);
}

/// `delay` later than `now`; never beyond what the clock can show.
[[nodiscard]] inline TimePoint after(TimePoint now,
                                     Clock::duration delay) noexcept {
  const bool is_too_long = delay > TimePoint::max() - now;
  return is_too_long ? TimePoint::max() : now + delay;
}

/// Says that a loop's time is its own: whenever all wait, it jumps to the next
/// timer. For tests: a minute passes in no time.
struct VirtualTime {};
inline constexpr VirtualTime virtual_time;

/// Something to be run at a time. It knows its place among the timers.
class Timer : public Runnable {
 protected:
  Timer() = default;
  ~Timer() override = default;

 private:
  friend class Timers;
  static constexpr std::uint32_t k_nowhere = UINT32_MAX;
  std::uint32_t place_ = k_nowhere;
};

/// Timers by deadline; those of one deadline in the order of their making. It
/// owns none of them.
class Timers {
 public:
  /// With room for a few: to wait a little until there is memory again needs
  /// none.
  Timers() { heap_.reserve(16); }

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  /// The next deadline. There is one.
  [[nodiscard]] TimePoint next() const noexcept { return heap_.front().when; }

  /// Throws std::bad_alloc.
  void add(Timer& timer, TimePoint when) {
    heap_.push_back({when, made_++, &timer});
    rise(heap_.size() - 1, heap_.back());
  }

  /// False if it is not among them: it has come, or was removed.
  bool remove(Timer& timer) noexcept {
    const std::uint32_t place = timer.place_;
    if (place == Timer::k_nowhere) return false;
    timer.place_ = Timer::k_nowhere;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return true;
    if (last < heap_[place]) {
      rise(place, last);
    } else {
      sink(place, last);
    }
    return true;
  }

  /// Takes the next one out.
  Timer& pop() noexcept {
    Timer& first = *heap_.front().timer;
    remove(first);
    return first;
  }

  /// Says to each that its time will not come.
  void drop_all() noexcept {
    while (!heap_.empty()) {
      Timer& timer = *heap_.back().timer;
      heap_.pop_back();
      timer.place_ = Timer::k_nowhere;
      timer.drop();
    }
  }

 private:
  struct Entry {
    TimePoint when;
    std::uint64_t order;
    Timer* timer;

    bool operator<(const Entry& other) const noexcept {
      return when != other.when ? when < other.when : order < other.order;
    }
  };

  void put(std::size_t place, const Entry& entry) noexcept {
    heap_[place] = entry;
    entry.timer->place_ = static_cast<std::uint32_t>(place);
  }
  void rise(std::size_t place, const Entry entry) noexcept {
    for (; place > 0; place = (place - 1) / 2) {
      const Entry& parent = heap_[(place - 1) / 2];
      if (!(entry < parent)) break;
      put(place, parent);
    }
    put(place, entry);
  }
  void sink(std::size_t place, const Entry entry) noexcept {
    for (std::size_t child; (child = 2 * place + 1) < heap_.size();) {
      if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
      if (!(heap_[child] < entry)) break;
      put(place, heap_[child]);
      place = child;
    }
    put(place, entry);
  }

  std::vector<Entry> heap_;
  std::uint64_t made_ = 0;
};

}  // namespace asyncio
