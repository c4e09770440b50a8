// The bytes that are sent, such that whatever goes wrong with a message shows when it comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace load {

/// A place in the endless bytes of one connection. Cheap to copy; the Pattern outlives it.
class Position {
 public:
  Position(const std::byte* line, std::size_t at, std::size_t period) noexcept
      : line_(line), at_(at), period_(period) {}

  /// The next `n` bytes, `n` being at most the pattern's longest piece.
  [[nodiscard]] std::span<const std::byte> next(std::size_t n) const noexcept {
    return {line_ + at_, n};
  }
  void advance(std::size_t n) noexcept { at_ = (at_ + n) % period_; }

 private:
  const std::byte* line_;
  std::size_t at_;
  std::size_t period_;
};

/// The streams of all connections. Byte i of a stream is step × (start + i) modulo a prime p below
/// 256 that does not divide the size of a message. So all bytes of a period differ, and a message
/// that is dropped, repeated or exchanged for another one of its stream shows at its first byte
/// (unless by a multiple of p messages). Two streams of different steps are two lines that meet
/// once in a period, so the message of another connection shows by its second byte; only
/// connections whose numbers are equal modulo p - 1 share a step, and then differ by their start.
class Pattern {
 public:
  /// For this many connections, and messages of this size. No piece is longer than
  /// `longest_piece()`, however long the messages are, so that all of it stays in the caches.
  Pattern(std::size_t connections, std::size_t size, std::size_t depth);

  [[nodiscard]] Position stream(std::uint64_t connection) const;
  [[nodiscard]] std::size_t longest_piece() const noexcept { return longest_; }

 private:
  std::size_t period_;
  std::size_t longest_;
  std::vector<std::vector<std::byte>> lines_;  // by step - 1
};

/// Compares what came with what was to come and advances `expected` past it. Gives the offset of
/// the first byte that differs, or the size of `came` if there is none.
[[nodiscard]] std::size_t compare(std::span<const std::byte> came, Position& expected,
                                  std::size_t longest_piece);

}  // namespace load
