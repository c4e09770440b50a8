// What one connection has still to receive, and whether what comes is that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/load/pattern.hpp"

namespace load {

/// The bytes that a connection has sent and not got back. `number` names the connection, which
/// begins with the byte at `first`.
class Answers {
 public:
  Answers(std::uint64_t number, Position first) noexcept : number_(number), expected_(first) {}

  void expect(std::size_t n) noexcept { due_ += n; }
  [[nodiscard]] std::size_t due() const noexcept { return due_; }

  /// Takes what one receive has brought; nothing is the end of the stream. Throws
  /// std::runtime_error that names the connection and the place: it was closed, a byte is wrong,
  /// or more came than was sent.
  void take(std::span<const std::byte> came, std::size_t longest_piece);

 private:
  [[noreturn]] void fail_at(const char* what, std::size_t offset) const;

  std::uint64_t number_;
  Position expected_;
  std::size_t due_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace load
