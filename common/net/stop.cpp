#include "common/net/stop.hpp"

#include <sys/signalfd.h>
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

void hold_stop_signals() noexcept {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
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
