// What lies below a selector: one of the kernel's ways to wait for many
// descriptors.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace selectors {

/// What to wait for, and what has come: k_event_read, k_event_write, or both
/// (Python's EVENT_READ and EVENT_WRITE).
using Events = unsigned;
inline constexpr Events k_event_read = 1;
inline constexpr Events k_event_write = 2;

/// A descriptor the kernel called ready. Both bits where there is an error or a
/// hang-up: whoever waits is to look.
struct Report {
  int fd;
  Events events;
};

/// Asks the kernel (Python: select.epoll and the like). It knows of a
/// descriptor only what it is to wait for, and does not own it. One thread.
class Poller {
 public:
  using Timeout = std::optional<std::chrono::nanoseconds>;  // never below zero

  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  virtual ~Poller() = default;

  /// Waits for `events` on `fd`, which is none of its own yet, from now on.
  /// Throws ValueError if it cannot be waited for, std::system_error, or
  /// std::bad_alloc; then all is as it was.
  virtual void add(int fd, Events events) = 0;
  /// Waits for other events on one of its own. Throws std::system_error; then
  /// all is as it was.
  virtual void change(int fd, Events events) = 0;
  /// Forgets one of its own, which may already be closed.
  virtual void remove(int fd) noexcept = 0;

  /// Waits until a descriptor is ready, at most for `timeout` (none: as long as
  /// it takes), and appends those that are to `reports`, as many as it has room
  /// for: the others are still ready at the next call. None if a signal comes.
  /// Throws std::system_error.
  virtual void wait(Timeout timeout, std::vector<Report>& reports) = 0;
};

}  // namespace selectors
