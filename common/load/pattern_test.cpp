#include "common/load/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace load {
namespace {

using Bytes = std::vector<std::byte>;
using Pair = std::array<std::byte, 2>;

/// The bytes of a stream from the place `skipped`.
Bytes bytes_of(const Pattern& pattern, std::uint64_t connection, std::size_t skipped,
               std::size_t n) {
  Position position = pattern.stream(connection);
  position.advance(skipped);
  Bytes bytes;
  for (; bytes.size() < n; position.advance(1)) bytes.push_back(position.next(1)[0]);
  return bytes;
}

std::size_t first_difference(const Bytes& one, const Bytes& other) {
  return static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), other.begin()).first -
                                  one.begin());
}

TEST(Pattern, ShowsAShiftByAnyNumberOfMessagesAtItsFirstByte) {
  for (const std::size_t size :
       {1U, 64U, 250U, 251U, 241U, 251U * 241U, 1024U, 65'536U, 1'048'576U}) {
    const Pattern pattern(3, size, 1);
    for (std::size_t messages = 1; messages < 239; ++messages) {
      EXPECT_NE(bytes_of(pattern, 2, 7, 1), bytes_of(pattern, 2, 7 + messages * size, 1));
    }
  }
}

TEST(Pattern, ShowsTheMessageOfAnotherConnectionByItsSecondByte) {
  const Pattern pattern(250, 64, 1);
  const Bytes own = bytes_of(pattern, 0, 64, 2);
  for (std::uint64_t other = 1; other < 250; ++other) {
    for (std::size_t message = 0; message < 251; ++message) {
      EXPECT_LT(first_difference(own, bytes_of(pattern, other, 64 * message, 2)), 2U);
    }
  }
}

TEST(Pattern, GivesEveryConnectionItsOwnStream) {
  const Pattern pattern(1'000, 64, 1);
  std::set<Pair> beginnings;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const auto bytes = pattern.stream(i).next(2);
    beginnings.insert({bytes[0], bytes[1]});
  }
  EXPECT_EQ(beginnings.size(), 1'000U);
}

TEST(Pattern, IsComparedOverTheEndsOfPieces) {
  const Pattern pattern(1, 65'536, 16);
  const Bytes all = bytes_of(pattern, 0, 0, 100'000);
  Position whole = pattern.stream(0);
  EXPECT_EQ(compare(all, whole, pattern.longest_piece()), all.size());
  Position position = pattern.stream(0);
  for (std::size_t at = 0; at < all.size();) {
    const auto some = std::span(all).subspan(at, std::min<std::size_t>(9'973, all.size() - at));
    EXPECT_EQ(compare(some, position, pattern.longest_piece()), some.size());
    at += some.size();
  }
}

TEST(Pattern, SaysWhichByteIsWrong) {
  const Pattern pattern(1, 65'536, 1);
  for (const std::size_t wrong : {0U, 1U, 4'095U, 4'096U, 50'000U, 65'535U}) {
    Bytes bytes = bytes_of(pattern, 0, 0, 65'536);
    bytes[wrong] ^= std::byte{1};
    Position position = pattern.stream(0);
    EXPECT_EQ(compare(bytes, position, pattern.longest_piece()), wrong);
  }
}

}  // namespace
}  // namespace load
