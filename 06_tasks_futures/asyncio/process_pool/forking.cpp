#include "06_tasks_futures/asyncio/process_pool/forking.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <limits>
#include <string_view>

#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

// Joined, a thread may still be there for a moment, with nothing left to do but
// to vanish. proc_pid_stat(5): `flags` is the seventh after the name, which is
// in parentheses; PF_EXITING stands in the kernel's sched.h.
bool is_alive(const std::filesystem::path& thread) {
  constexpr unsigned k_exiting = 0x4;
  std::array<char, 1024> text{};
  std::ifstream file(thread / "stat");
  file.read(text.data(), text.size() - 1);  // nothing, if it has vanished
  const std::string_view stat(text.data());
  const std::size_t name_end = stat.rfind(')');
  unsigned flags = k_exiting;
  if (name_end != std::string_view::npos) {
    std::sscanf(text.data() + name_end, ") %*c %*d %*d %*d %*d %*d %u", &flags);
  }
  return (flags & k_exiting) == 0;
}

void close_between(int before, int after) {
  const int first = std::max(before, STDERR_FILENO) + 1;
  if (first >= after) return;
  net::checked(::close_range(static_cast<unsigned>(first),
                             static_cast<unsigned>(after - 1), 0),
               "close_range");
}

}  // namespace

std::size_t count_threads() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<std::size_t>(std::ranges::count_if(
      threads, [](const auto& each) { return is_alive(each.path()); }));
}

void flush_output() noexcept {
  try {
    std::cout.flush();
    std::clog.flush();
  } catch (const std::ios_base::failure&) {  // if they were told to throw
  }
  std::fflush(nullptr);
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void set_worker_signals() noexcept {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    struct sigaction action{};
    if (::sigaction(signal, nullptr, &action) < 0) continue;
    if (action.sa_handler != SIG_IGN) ::signal(signal, SIG_DFL);
  }
  for (const int signal : {SIGTERM, SIGPIPE, SIGCHLD}) {
    ::signal(signal, SIG_DFL);
  }
  ::signal(SIGINT, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_all_but(const net::Descriptor& one, const net::Descriptor& other) {
  const auto [low, high] = std::minmax({one.get(), other.get()});
  close_between(STDERR_FILENO, low);
  close_between(low, high);
  close_between(high, std::numeric_limits<int>::max());
}

}  // namespace asyncio
