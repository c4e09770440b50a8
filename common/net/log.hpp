// What a server says on stdout and stderr, without ever waiting for somebody to
// read it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace net {

/// A count that a process shares with the children it forks (mmap(2)).
class SharedCount {
 public:
  SharedCount();
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;
  ~SharedCount();

  [[nodiscard]] std::atomic<std::uint64_t>& count() const { return *count_; }

 private:
  std::atomic<std::uint64_t>* count_;
};

/// Writes lines to a descriptor that may be a terminal, a file, a pipe or a
/// socket, and never blocks: a line that would is dropped and counted, and the
/// next one that fits is preceded by `dropped 12 lines`. Threads may share it,
/// and forked children count with their parent.
class LineWriter {
 public:
  /// Writes to `fd`, which stays its owner's and is not changed.
  explicit LineWriter(int fd);

  /// Writes `line` and a newline. Throws std::bad_alloc.
  void write(std::string_view line);

  /// Counts a line that could not even be made.
  void drop() noexcept;

  /// The lines dropped since the last one that was written.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  [[nodiscard]] bool may_write() const;
  [[nodiscard]] bool write_now(const std::string& text);

  std::mutex mutex_;
  Descriptor reopened_;
  int fd_;
  SharedCount dropped_;
  bool torn_ = false;  // the last line was cut in its middle
};

/// The lines that every server prints; those about connections unless it is
/// quiet. Threads may share it; a forked child may go on with its copy. None of
/// it throws: out of memory, a line is dropped like one that would block.
class Log {
 public:
  explicit Log(bool quiet);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();

  /// `listening on 127.0.0.1:5000`
  void listening(const Descriptor& listener) noexcept;
  void listening(const Address& address) noexcept;
  /// `connection from 127.0.0.1:40312`
  void connected(const Address& peer) noexcept;
  /// `closed 127.0.0.1:40312, 27 bytes`, the bytes being those that were
  /// received
  void closed(const Address& peer, std::uint64_t bytes) noexcept;
  /// A line of the server's own.
  void tell(std::string_view line) noexcept;
  /// A line on stderr, for what the one who runs the server should know; not
  /// silenced by quiet, but not repeated either while it stays the same.
  void warn(std::string_view line) noexcept;

 private:
  LineWriter out_;
  LineWriter error_;
  bool quiet_;
  std::mutex mutex_;
  std::string last_warning_;
};

}  // namespace net
