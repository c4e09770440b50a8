#include "common/load/pattern.hpp"

#include <algorithm>
#include <cstring>

namespace load {
namespace {

// One of them divides no size up to a mebibyte: their product is larger.
constexpr std::size_t k_primes[] = {251, 241, 239};

constexpr std::size_t k_most_at_once = 4096;

std::size_t prime_for(std::size_t size) {
  return *std::find_if(std::begin(k_primes), std::end(k_primes) - 1,
                       [size](std::size_t prime) { return size % prime != 0; });
}

std::vector<std::byte> line(std::size_t step, std::size_t period, std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * step % period);
  return bytes;
}

}  // namespace

Pattern::Pattern(std::size_t connections, std::size_t size, std::size_t depth)
    : period_(prime_for(size)), longest_(std::min(size * depth, k_most_at_once)) {
  const std::size_t steps = std::min(connections, period_ - 1);
  for (std::size_t step = 1; step <= steps; ++step) {
    // From any place in the period the longest piece is there without a turn.
    lines_.push_back(line(step, period_, period_ + longest_));
  }
}

Position Pattern::stream(std::uint64_t connection) const {
  const std::vector<std::byte>& own = lines_[connection % lines_.size()];
  return {own.data(), connection / lines_.size() % period_, period_};
}

std::size_t compare(std::span<const std::byte> came, Position& expected,
                    std::size_t longest_piece) {
  for (std::size_t done = 0; done < came.size();) {
    const auto piece = came.subspan(done, std::min(longest_piece, came.size() - done));
    const auto wanted = expected.next(piece.size());
    if (std::memcmp(piece.data(), wanted.data(), piece.size()) != 0) {
      const auto wrong = std::mismatch(piece.begin(), piece.end(), wanted.begin()).first;
      return done + static_cast<std::size_t>(wrong - piece.begin());
    }
    expected.advance(piece.size());
    done += piece.size();
  }
  return came.size();
}

}  // namespace load
