// What a child process has as stdin, stdout and stderr.
#pragma once

#include <array>

#include "06_tasks_futures/asyncio/subprocesses/redirection.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Owns, by the number that the child knows it by, what the child is to have,
/// and our ends of the pipes among it. One thread.
class ChildStreams {
 public:
  using Descriptors = std::array<net::Descriptor, 3>;

  /// Makes the pipes. Throws std::system_error; ValueError if anything but
  /// stderr is to go where stdout goes.
  explicit ChildStreams(const std::array<Redirection, 3>& redirections);

  /// None where it has this process's, or goes where stdout goes. None of them
  /// is 0, 1 or 2: it would be replaced in the child before its turn comes.
  [[nodiscard]] const Descriptors& theirs() const noexcept { return theirs_; }
  /// None where there is no pipe. They do not wait.
  [[nodiscard]] Descriptors& ours() noexcept { return ours_; }

 private:
  void make(int fd, Redirection to);
  void make_pipe(int fd);

  Descriptors theirs_;
  Descriptors ours_;
};

}  // namespace asyncio
