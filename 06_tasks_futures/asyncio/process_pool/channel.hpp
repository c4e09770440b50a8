// What two processes say to each other.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// One end of a stream of bytes between two processes, and of the lifeline:
/// that tells of the other process's end even if somebody else has the other
/// end of the stream, a child of that process, say. Owned by whoever speaks;
/// one thread at a time.
class Channel {
 public:
  /// Without a lifeline, the stream itself has to tell.
  explicit Channel(net::Descriptor stream,
                   net::Descriptor lifeline = {}) noexcept
      : stream_(std::move(stream)), lifeline_(std::move(lifeline)) {}

  /// Waits until all of `bytes` are on their way. False if the other process is
  /// gone: it has not read all of them. Throws std::system_error.
  [[nodiscard]] bool send(std::span<const std::byte> bytes) const;
  /// Waits until `bytes` are full. False if the other process is gone before.
  /// Throws std::system_error.
  [[nodiscard]] bool receive(std::span<std::byte> bytes) const;

  /// Ends the other process if it still runs, and gives what is told of its
  /// end; empty if there is nobody to tell.
  [[nodiscard]] std::string last_words() const;

 private:
  [[nodiscard]] bool wait_for(short events) const;

  net::Descriptor stream_;
  net::Descriptor lifeline_;
};

}  // namespace asyncio
