#include "06_tasks_futures/asyncio/subprocesses/child_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

using Kind = Redirection::Kind;

net::Descriptor copy_of(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (copy < 0) throw net::last_error("descriptor " + std::to_string(fd));
  return net::Descriptor(copy);
}

/// It is, where one of them was closed here.
net::Descriptor not_standard(net::Descriptor descriptor) {
  if (descriptor.get() > STDERR_FILENO) return descriptor;
  return copy_of(descriptor.get());
}

net::Descriptor open_devnull() {
  return net::Descriptor(
      net::checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null"));
}

}  // namespace

ChildStreams::ChildStreams(const std::array<Redirection, 3>& redirections) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    make(fd, redirections.at(static_cast<std::size_t>(fd)));
  }
}

void ChildStreams::make(int fd, Redirection to) {
  net::Descriptor& theirs = theirs_.at(static_cast<std::size_t>(fd));
  if (to.kind() == Kind::pipe) make_pipe(fd);
  if (to.kind() == Kind::devnull) theirs = not_standard(open_devnull());
  if (to.kind() == Kind::descriptor) theirs = copy_of(to.fd());
  if (to.kind() == Kind::as_stdout && fd != STDERR_FILENO) {
    throw ValueError("STDOUT can only be used for stderr");
  }
}

// Only our end does not wait: a program does not expect that.
void ChildStreams::make_pipe(int fd) {
  std::array<int, 2> fds{};
  net::checked(::pipe2(fds.data(), O_CLOEXEC), "pipe2");
  net::Descriptor theirs(fds[0]);
  net::Descriptor ours(fds[1]);
  if (fd != STDIN_FILENO) std::swap(theirs, ours);
  net::set_nonblocking(ours.get());
  theirs_.at(static_cast<std::size_t>(fd)) = not_standard(std::move(theirs));
  ours_.at(static_cast<std::size_t>(fd)) = std::move(ours);
}

}  // namespace asyncio
