// A descriptor that is waited for again and again.
#pragma once

#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// Keeps a descriptor registered from one wait to the next, which saves two
/// system calls for each. It is to die before the descriptor is closed: whoever
/// waits for that gets a RuntimeError. The loop outlives it. Move-only.
/// On a loop on completions, what comes on `fd` is received, or accepted,
/// before anybody asks: there `receive`, `send_all` and `accept_client` are to
/// be used, and nothing else.
class [[nodiscard]] Watch {
 public:
  /// In the loop that runs. Throws RuntimeError if none does, ValueError if
  /// `fd` is negative, std::bad_alloc.
  explicit Watch(int fd) : sockets_(get_running_loop().sockets()) {
    sockets_.keep(fd);
    fd_ = fd;
  }
  Watch(Watch&& other) noexcept
      : sockets_(other.sockets_), fd_(std::exchange(other.fd_, -1)) {}
  Watch& operator=(Watch&&) = delete;
  ~Watch() { sockets_.release(fd_); }

 private:
  SocketIo& sockets_;
  int fd_ = -1;  // none: moved from
};

}  // namespace asyncio
