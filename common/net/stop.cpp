#include "common/net/stop.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/net/system_call.hpp"

namespace net {

sigset_t stop_signals() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void unblock(const sigset_t& signals) noexcept {
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void block(const sigset_t& signals) noexcept {
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool is_delivered(int fd) noexcept {
  pollfd peer{.fd = fd, .events = 0, .revents = 0};
  if (::poll(&peer, 1, 0) == 1) return true;  // reset, or hung up
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes == 0;
}

void discard_unread(int fd) noexcept {
  // With MSG_TRUNC nothing is copied (tcp(7)). Bounded, since it may go on.
  constexpr std::size_t most_at_once = 1 << 20;
  for (int i = 0; i < 64; ++i) {
    if (::recv(fd, nullptr, most_at_once, MSG_TRUNC | MSG_DONTWAIT) <= 0)
      return;
  }
}

StopDescriptor::StopDescriptor() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  signals_ = Descriptor(
      checked(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd"));
}

StopDescriptor::~StopDescriptor() {
  // A signal that nobody took would end the process once it is let through.
  signalfd_siginfo taken{};
  while (::read(signals_.get(), &taken, sizeof taken) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace net
