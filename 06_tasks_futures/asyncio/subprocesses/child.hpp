// A child process, known by a descriptor: its number may be another's once it
// has ended.
#pragma once

#include <sys/types.h>

#include <optional>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// Owns a child of this process, and kills it when it dies. Whatever others do
/// about their children and SIGCHLD, it signals and reaps no other process.
/// Move-only; one thread.
class Child {
 public:
  /// Takes the ownership of `pid`, a child that nobody has waited for. Throws
  /// std::system_error, and has killed it then.
  explicit Child(pid_t pid);
  Child(Child&& other) noexcept = default;
  Child& operator=(Child&&) = delete;
  ~Child() { kill(); }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Readable once it has ended; -1 after `close`.
  [[nodiscard]] int fd() const noexcept { return pidfd_.get(); }

  /// Nothing happens if it has ended, and was not reaped yet. Throws
  /// std::system_error: ESRCH if it was, EPERM.
  void send_signal(int signal) const;

  /// Reaps it, if it has ended: waitid(2). False if it has not.
  bool reap() noexcept;
  /// Its exit code, or the negative number of the signal that has killed it,
  /// once it is reaped; 255 if somebody else has done that.
  [[nodiscard]] std::optional<int> returncode() const noexcept {
    return returncode_;
  }

  /// Kills and reaps it, if that is still to be done; waits for its end. It
  /// cannot kill what has become another user's: that runs on.
  void kill() noexcept;
  /// Lets it go, as it is.
  void close() noexcept { pidfd_.close(); }

 private:
  bool wait(int options) noexcept;

  pid_t pid_;
  net::Descriptor pidfd_;
  std::optional<int> returncode_;
};

}  // namespace asyncio
