#include "06_tasks_futures/asyncio/streams/send_some.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

bool is_pending(int signal) noexcept {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, signal) == 1;
}

/// Blocks SIGPIPE in this thread while it lives, and takes the one away that
/// came meanwhile: write(2) has no flag for that, as send(2) has.
class NoSigpipe {
 public:
  NoSigpipe() noexcept : was_pending_(is_pending(SIGPIPE)) {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;
  ~NoSigpipe() {
    const int error = errno;
    const timespec at_once{};
    if (!was_pending_ && is_pending(SIGPIPE)) {
      net::retry([&] { return ::sigtimedwait(&pipe_, nullptr, &at_once); });
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
  }

 private:
  bool was_pending_;
  sigset_t pipe_{};
  sigset_t before_{};
};

ssize_t write_to_pipe(int fd, std::span<const std::byte> bytes) noexcept {
  const NoSigpipe guard;
  return net::retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
}

}  // namespace

std::size_t send_some(int fd, std::span<const std::byte> bytes) {
  ssize_t n = net::retry(
      [&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (n < 0 && errno == ENOTSOCK) n = write_to_pipe(fd, bytes);
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
  throw net::last_error("send");
}

}  // namespace asyncio
