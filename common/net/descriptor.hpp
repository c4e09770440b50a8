// The one owner of a file descriptor: whoever holds it closes it, once.
#pragma once

#include <utility>

namespace net {

/// Owns a file descriptor (a socket, a pipe, an epoll instance, ...) and closes
/// it when it dies. Move-only; -1 means that it owns nothing. It may be handed
/// from thread to thread.
class Descriptor {
 public:
  Descriptor() = default;
  /// Takes the ownership of `fd`, which must be open or -1.
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  /// The number itself, for system calls. Still ours to close.
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

  /// Closes it now; owns nothing afterwards. Never fails: close(2) leaves
  /// nothing to repeat.
  void close() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace net
