#include "06_tasks_futures/asyncio/subprocesses/child.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

constexpr int k_unknown = 255;  // Python's word for it

// The C library has a function for it only from glibc 2.36 on.
int send_to(const net::Descriptor& pidfd, int signal) noexcept {
  return static_cast<int>(
      ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0));
}

int returncode_in(const siginfo_t& info) noexcept {
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

}  // namespace

// ESRCH: where SIGCHLD is ignored, nobody needs to reap what has ended
// (sigaction(2)), and the number may be another's already.
Child::Child(pid_t pid) : pid_(pid), pidfd_(open_pidfd(pid)) {
  if (pidfd_) return;
  const std::system_error error = net::last_error("pidfd_open");
  if (error.code().value() == ESRCH) {
    returncode_ = k_unknown;
    return;
  }
  ::kill(pid, SIGKILL);
  net::retry([&] { return ::waitpid(pid, nullptr, 0); });
  throw error;
}

void Child::send_signal(int signal) const {
  if (pidfd_ && !returncode_) {
    if (send_to(pidfd_, signal) == 0) return;
  } else {
    errno = ESRCH;
  }
  throw net::last_error("signal to process " + std::to_string(pid_));
}

bool Child::reap() noexcept {
  return returncode_ || wait(WNOHANG);
}

void Child::kill() noexcept {
  if (!pidfd_ || reap()) return;
  if (send_to(pidfd_, SIGKILL) == 0) wait(0);
}

// [region wait]
// ECHILD: somebody else has waited for it, or SIGCHLD is ignored.
bool Child::wait(int options) noexcept {
  siginfo_t info{};
  const auto fd = static_cast<id_t>(pidfd_.get());
  const int result = net::retry(
      [&] { return ::waitid(P_PIDFD, fd, &info, WEXITED | options); });
  if (result == 0 && info.si_pid == 0) return false;  // it runs
  returncode_ = result == 0 ? returncode_in(info) : k_unknown;
  return true;
}
// [end wait]

}  // namespace asyncio
