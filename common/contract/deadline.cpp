#include "common/contract/deadline.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include "common/contract/config.hpp"

namespace contract {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

Deadline::Deadline(std::chrono::milliseconds from_now) : end_(steady_clock::now() + from_now) {}

bool Deadline::passed() const {
  return steady_clock::now() >= end_;
}

int Deadline::remaining_ms() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - steady_clock::now());
  return static_cast<int>(std::max(left, 0ms).count());
}

Deadline patience() {
  return Deadline(config().patience);
}

bool wait_for(int fd, short events, const Deadline& deadline) {
  pollfd entry{fd, events, 0};
  for (;;) {
    const int ready = poll(&entry, 1, deadline.remaining_ms());
    if (ready >= 0) return ready == 1;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

void nap() {
  std::this_thread::sleep_for(1ms);
}

}  // namespace contract
