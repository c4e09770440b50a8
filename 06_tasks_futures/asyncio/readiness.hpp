// To wait until a descriptor is ready: only the task that does so waits.
#pragma once

#include "06_tasks_futures/asyncio/descriptor_wait.hpp"

namespace asyncio {

/// A wait for a descriptor, and no more. Until it is awaited it may be copied.
class [[nodiscard]] Readiness final : public DescriptorWait {
 public:
  Readiness(int fd, Descriptors::Event event) noexcept
      : DescriptorWait(fd), event_(event) {}
  Readiness(const Readiness& other) noexcept
      : Readiness(other.fd(), other.event_) {}
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness() { stop(); }

  bool await_ready() const noexcept { return false; }
  void await_resume() const { check(); }

 private:
  bool call() noexcept override { return true; }
  void watch() override;
  void unwatch() noexcept override;

  Descriptors::Event event_;
};

/// Waits until there is something to read on `fd`: bytes, a client, the end, or
/// an error. One task at a time may wait for that: the second gets a
/// RuntimeError. Throws what the selector throws. `fd` stays open meanwhile.
inline Readiness readable(int fd) noexcept {
  return {fd, selectors::k_event_read};
}

/// The same until there is room to write on `fd`, or an error.
inline Readiness writable(int fd) noexcept {
  return {fd, selectors::k_event_write};
}

}  // namespace asyncio
