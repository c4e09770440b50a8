#include "common/net/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

namespace net {
namespace {

bool may_block(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 &&
         (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

// A file description of our own, so that O_NONBLOCK does not reach those who
// share the terminal or the pipe with us. Where there is none, as for a socket,
// `may_write` asks first.
Descriptor reopen(int fd) {
  if (!may_block(fd)) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return Descriptor(
      ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

LineWriter::LineWriter(int fd)
    : reopened_(reopen(fd)), fd_(reopened_ ? reopened_.get() : fd) {}

bool LineWriter::may_write() const {
  if (reopened_) return true;
  pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
  return ::poll(&ready, 1, 0) == 1;
}

void LineWriter::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string text = torn_ ? "\n" : "";
  if (dropped_ > 0) text += "dropped " + std::to_string(dropped_) + " lines\n";
  text.append(line) += '\n';
  const ssize_t n = may_write() ? ::write(fd_, text.data(), text.size()) : -1;
  if (n == static_cast<ssize_t>(text.size())) {
    dropped_ = 0;
    torn_ = false;
    return;
  }
  ++dropped_;
  if (n > 0) torn_ = true;
}

std::uint64_t LineWriter::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

Log::Log(bool quiet)
    : out_(STDOUT_FILENO), error_(STDERR_FILENO), quiet_(quiet) {
  std::signal(SIGPIPE, SIG_IGN);
}

Log::~Log() {
  const std::uint64_t dropped = out_.dropped();
  if (dropped > 0)
    warn("dropped " + std::to_string(dropped) +
         " lines that nobody read on stdout");
}

void Log::listening(const Address& address) {
  out_.write("listening on " + to_string(address));
}

void Log::connected(const Address& peer) {
  if (!quiet_) out_.write("connection from " + to_string(peer));
}

void Log::closed(const Address& peer, std::uint64_t bytes) {
  if (quiet_) return;
  out_.write("closed " + to_string(peer) + ", " + std::to_string(bytes) +
             " bytes");
}

void Log::warn(std::string_view line) {
  {
    const std::lock_guard lock(mutex_);
    if (line == last_warning_) return;
    last_warning_ = line;
  }
  error_.write(line);
}

}  // namespace net
