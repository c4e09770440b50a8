#include "common/net/stop.hpp"

#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <initializer_list>

#include "common/net/system_call.hpp"

namespace net {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

// What the handlers may touch: lock-free atomics, and calls that
// signal-safety(7) lists.
std::atomic<bool> stop_requested = false;
std::atomic<int> listening_fd = -1;
std::atomic<int> serving_fd = -1;
std::atomic<timer_t> grace_timer = nullptr;
static_assert(std::atomic<int>::is_always_lock_free &&
              std::atomic<timer_t>::is_always_lock_free);

void end_reading(int client) {
  constexpr itimerspec grace{
      .it_interval = {},
      .it_value = {.tv_sec = 0,
                   .tv_nsec = std::chrono::nanoseconds(k_stop_grace).count()}};
  ::shutdown(client, SHUT_RD);
  ::timer_settime(grace_timer, 0, &grace, nullptr);
}

void on_stop_signal(int /*signal*/) {
  const int saved = errno;
  stop_requested = true;
  if (const int fd = listening_fd; fd >= 0) ::shutdown(fd, SHUT_RDWR);
  if (const int fd = serving_fd; fd >= 0) end_reading(fd);
  errno = saved;
}

void on_grace_over(int /*signal*/) {
  const int saved = errno;
  if (const int fd = serving_fd; fd >= 0) ::shutdown(fd, SHUT_RDWR);
  errno = saved;
}

// Without SA_RESTART: what waits is to return with EINTR and look again.
void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  checked(::sigaction(signal, &action, nullptr), "sigaction");
}

}  // namespace

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

StopHandler::StopHandler(int listener) {
  checked(::timer_create(CLOCK_MONOTONIC, nullptr, &deadline_),
          "timer_create");  // sends SIGALRM
  grace_timer = deadline_;
  listening_fd = listener;
  handle(SIGALRM, on_grace_over);
  for (const int signal : {SIGINT, SIGTERM}) handle(signal, on_stop_signal);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

StopHandler::~StopHandler() {
  for (const int signal : {SIGINT, SIGTERM, SIGALRM}) handle(signal, SIG_IGN);
  listening_fd = -1;
  ::timer_delete(deadline_);
}

bool StopHandler::requested() noexcept {
  return stop_requested;
}

StopHandler::Serving::Serving(int fd) noexcept {
  serving_fd = fd;
  if (stop_requested)
    end_reading(fd);  // the signal fell before the handler could know `fd`
}

StopHandler::Serving::~Serving() {
  serving_fd = -1;
}

}  // namespace net
