// A descriptor that is waited for again and again.
#pragma once

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// Keeps a descriptor registered from one wait to the next, which saves two
/// system calls for each. It is to die before the descriptor is closed: whoever
/// waits for that gets a RuntimeError. The loop outlives it.
class [[nodiscard]] Watch {
 public:
  /// In the loop that runs. Throws RuntimeError if none does, ValueError if
  /// `fd` is negative, std::bad_alloc.
  explicit Watch(int fd) : descriptors_(get_running_loop().descriptors()) {
    descriptors_.keep(fd);
    fd_ = fd;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { descriptors_.release(fd_); }

 private:
  Descriptors& descriptors_;
  int fd_ = -1;
};

}  // namespace asyncio
