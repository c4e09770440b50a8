#include "common/net/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <new>
#include <string>

#include "common/net/system_call.hpp"

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

SharedCount::SharedCount() {
  void* memory = ::mmap(nullptr, sizeof(*count_), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw last_error("mmap");
  count_ = new (memory) std::atomic<std::uint64_t>(0);
}

SharedCount::~SharedCount() {
  ::munmap(count_, sizeof(*count_));
}

LineWriter::LineWriter(int fd)
    : reopened_(reopen(fd)), fd_(reopened_ ? reopened_.get() : fd) {}

bool LineWriter::may_write() const {
  if (reopened_) return true;
  pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
  return ::poll(&ready, 1, 0) == 1;
}

// Whether all of it was written; if not, what is missing may be half a line.
bool LineWriter::write_now(const std::string& text) {
  if (!may_write()) return false;
  const ssize_t n = ::write(fd_, text.data(), text.size());
  torn_ = n > 0 && static_cast<std::size_t>(n) < text.size();
  return n > 0 && !torn_;
}

void LineWriter::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string text = torn_ ? "\n" : "";
  const std::uint64_t dropped = dropped_.count().exchange(0);
  if (dropped > 0) text += "dropped " + std::to_string(dropped) + " lines\n";
  text.append(line) += '\n';
  if (!write_now(text)) dropped_.count() += dropped + 1;
}

void LineWriter::drop() noexcept {
  ++dropped_.count();
}

std::uint64_t LineWriter::dropped() const {
  return dropped_.count();
}

namespace {

template <typename MakeLine>
void say(LineWriter& writer, MakeLine make_line) noexcept {
  try {
    writer.write(make_line());
  } catch (const std::bad_alloc&) {
    writer.drop();
  }
}

}  // namespace

Log::Log(bool quiet)
    : out_(STDOUT_FILENO), error_(STDERR_FILENO), quiet_(quiet) {}

Log::~Log() {
  const std::uint64_t dropped = out_.dropped();
  if (dropped == 0) return;
  say(error_, [&] {
    return "dropped " + std::to_string(dropped) +
           " lines that nobody read on stdout";
  });
}

void Log::listening(const Descriptor& listener) noexcept {
  say(out_, [&] {
    return "listening on " + to_string(local_address(listener.get()));
  });
}

void Log::listening(const Address& address) noexcept {
  say(out_, [&] { return "listening on " + to_string(address); });
}

void Log::connected(const Address& peer) noexcept {
  if (quiet_) return;
  say(out_, [&] { return "connection from " + to_string(peer); });
}

void Log::closed(const Address& peer, std::uint64_t bytes) noexcept {
  if (quiet_) return;
  say(out_, [&] {
    return "closed " + to_string(peer) + ", " + std::to_string(bytes) +
           " bytes";
  });
}

void Log::tell(std::string_view line) noexcept {
  if (quiet_) return;
  say(out_, [&] { return line; });
}

void Log::warn(std::string_view line) noexcept {
  const std::lock_guard lock(mutex_);
  if (line == last_warning_) return;
  say(error_, [&] { return last_warning_ = line; });
}

}  // namespace net
