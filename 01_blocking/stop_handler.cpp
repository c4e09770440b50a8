#include "01_blocking/stop_handler.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <initializer_list>

#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace blocking {
namespace {

// What the handlers may touch: lock-free atomics, and calls that
// signal-safety(7) lists.
std::atomic<bool> stop_requested = false;
std::atomic<int> listening_fd = -1;
std::atomic<int> serving_fd = -1;
std::atomic<timer_t> grace_timer = nullptr;
std::atomic<std::chrono::nanoseconds::rep> grace_end = 0;
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<timer_t>::is_always_lock_free);
static_assert(decltype(grace_end)::is_always_lock_free);

std::chrono::nanoseconds now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::nanoseconds(time.tv_nsec);
}

void start_grace() {
  const std::chrono::nanoseconds grace = net::k_stop_grace;
  grace_end = (now() + grace).count();
  const itimerspec once{.it_interval = {},
                        .it_value = {.tv_sec = 0, .tv_nsec = grace.count()}};
  ::timer_settime(grace_timer, 0, &once, nullptr);
}

// [region signal]
void on_stop_signal(int /*signal*/) {
  const int saved = errno;
  if (!stop_requested.exchange(true)) {  // a second one gives no second grace
    if (listening_fd >= 0) ::shutdown(listening_fd, SHUT_RDWR);
    if (serving_fd >= 0) ::shutdown(serving_fd, SHUT_RD);
    start_grace();
  }
  errno = saved;
}

void on_grace_over(int /*signal*/) {
  const int saved = errno;
  if (stop_requested && serving_fd >= 0) ::shutdown(serving_fd, SHUT_RDWR);
  errno = saved;
}
// [end signal]

// Without SA_RESTART: what waits is to return with EINTR and look again.
void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  net::checked(::sigaction(signal, &action, nullptr), "sigaction");
}

}  // namespace

StopHandler::StopHandler(int listener) {
  // With no sigevent(3type) the timer sends SIGALRM.
  net::checked(::timer_create(CLOCK_MONOTONIC, nullptr, &deadline_),
               "timer_create");
  grace_timer = deadline_;
  listening_fd = listener;
  handle(SIGALRM, on_grace_over);
  for (const int signal : {SIGINT, SIGTERM}) handle(signal, on_stop_signal);
  sigset_t taken = net::stop_signals();
  sigaddset(&taken, SIGALRM);
  net::unblock(taken);
}

StopHandler::~StopHandler() {
  for (const int signal : {SIGINT, SIGTERM, SIGALRM}) handle(signal, SIG_IGN);
  listening_fd = -1;
  ::timer_delete(deadline_);
}

bool StopHandler::requested() noexcept {
  return stop_requested;
}

// [region deliver]
void StopHandler::wait_until_delivered(int fd) noexcept {
  while (!net::is_delivered(fd) && now().count() < grace_end) {
    ::poll(nullptr, 0, static_cast<int>(net::k_delivery_poll.count()));
  }
  net::discard_unread(fd);
}
// [end deliver]

// [region serving]
StopHandler::Serving::Serving(int fd) noexcept {
  serving_fd = fd;
  if (!stop_requested) return;
  ::shutdown(fd, SHUT_RD);  // the signal came before the handler knew `fd`
  start_grace();
}

StopHandler::Serving::~Serving() {
  if (stop_requested) wait_until_delivered(serving_fd);
  serving_fd = -1;
}
// [end serving]

}  // namespace blocking
