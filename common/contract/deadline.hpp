// Waiting with an end: for a descriptor, or for anything that can only be asked again and again.
#pragma once

#include <chrono>

namespace contract {

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now);

  [[nodiscard]] bool passed() const;
  // As poll(2) wants it; rounded up, so that the last wait does not become a busy loop.
  [[nodiscard]] int remaining_ms() const;

 private:
  std::chrono::steady_clock::time_point end_;
};

// The deadline after which a test fails.
[[nodiscard]] Deadline patience();

[[nodiscard]] bool wait_for(int fd, short events, const Deadline& deadline);

void nap();

// For facts that nobody announces, such as those in /proc.
template <typename Predicate>
[[nodiscard]] bool eventually(Predicate predicate, const Deadline& deadline = patience()) {
  while (!predicate()) {
    if (deadline.passed()) return false;
    nap();
  }
  return true;
}

}  // namespace contract
