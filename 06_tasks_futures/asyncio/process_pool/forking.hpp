// What a process that forks has to think of, and its child.
#pragma once

#include <signal.h>

#include <cstddef>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// How many threads this process has. In a child only the one that called
/// fork(2) goes on, and what the others had locked stays locked. Throws
/// std::filesystem::filesystem_error if there is no /proc.
[[nodiscard]] std::size_t count_threads();

/// Writes out what is buffered of C's and C++'s standard streams: else parent
/// and child would both write it; and _exit(2) would not. What cannot be
/// written is lost, as it is at exit(3).
void flush_output() noexcept;

/// No signals come to this thread while it lives: a child is not to run the
/// handlers of its parent.
class SignalsBlocked {
 public:
  SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked();

 private:
  sigset_t before_{};
};

/// For a child that makes calls. What the parent handles gets its default
/// action, as execve(2) has it; so do SIGTERM, SIGPIPE and SIGCHLD. SIGINT,
/// which a terminal sends to children too, is ignored. No signal stays blocked.
void set_worker_signals() noexcept;

/// For a child. Closes all descriptors but 0, 1, 2 and these: close_range(2).
/// Throws std::system_error: ENOSYS before Linux 5.9.
void close_all_but(const net::Descriptor& one, const net::Descriptor& other);

}  // namespace asyncio
