// What comes through a stream, as lines, as so many bytes, or up to a mark.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include "06_tasks_futures/asyncio/async_generator.hpp"
#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/streams/stream.hpp"

namespace asyncio {

/// The end came before all was there (Python: an EOFError).
class IncompleteReadError : public std::runtime_error {
 public:
  IncompleteReadError(std::string partial, std::optional<std::size_t> expected);

  /// What had come; it is gone from the stream.
  [[nodiscard]] const std::string& partial() const noexcept { return partial_; }
  /// How many bytes it was to be; none: up to a separator.
  [[nodiscard]] std::optional<std::size_t> expected() const noexcept {
    return expected_;
  }

 private:
  std::string partial_;
  std::optional<std::size_t> expected_;
};

/// More came than the limit before the separator did.
class LimitOverrunError : public std::runtime_error {
 public:
  LimitOverrunError(const char* message, std::size_t consumed)
      : std::runtime_error(message), consumed_(consumed) {}

  /// How many bytes of what is there do not belong to a separator.
  [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }

 private:
  std::size_t consumed_;
};

/// The reading end of a stream. What Python calls bytes is a std::string. One
/// word; copies share the stream, of which one task at a time may read: the
/// second gets a RuntimeError. A read that is cancelled has taken nothing. An
/// error of the connection is a std::system_error, once what came before it has
/// been read. One thread; does not outlive the loop but to be destroyed.
class StreamReader {
 public:
  explicit StreamReader(Stream& stream) noexcept : stream_(stream) {}

  /// What is there, at most `n` bytes; waits if that is nothing. Empty: the
  /// end.
  Coroutine<std::string> read(std::size_t n) const;
  /// All up to the end, whatever the limit.
  Coroutine<std::string> read() const;
  /// `n` bytes, whatever the limit. Throws IncompleteReadError.
  Coroutine<std::string> readexactly(std::size_t n) const;
  /// Up to `separator`, and that too. Throws IncompleteReadError; ValueError if
  /// `separator` is empty; LimitOverrunError, and then all stays where it is.
  // Left out: a choice of several separators.
  Coroutine<std::string> readuntil(std::string separator = "\n") const;
  /// A line with its newline; the last one may have none. Empty: the end.
  /// Throws ValueError for a line that is longer than the limit, and drops it,
  /// or what has come of it.
  Coroutine<std::string> readline() const;
  /// The lines, one after the other: Python's `async for line in reader`.
  [[nodiscard]] AsyncGenerator<std::string> lines() const;

  /// The end has been read, and all before it.
  [[nodiscard]] bool at_eof() const noexcept;

 private:
  Ref<Stream> stream_;
};

}  // namespace asyncio
