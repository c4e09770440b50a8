// What a test of sockets says, and how it reads what was heard.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "common/net/chunk.hpp"
#include "common/net/descriptor.hpp"

namespace tests {

inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

inline std::string text_of(const net::Chunk& chunk) {
  std::string text(chunk.bytes().size(), '\0');
  std::ranges::copy(chunk.bytes(), std::as_writable_bytes(std::span(text)).begin());
  return text;
}

inline net::Chunk chunk_of(const std::string& text) {
  net::Chunk chunk = net::Chunk::borrow();
  std::ranges::copy(bytes_of(text), chunk.space().begin());
  chunk.fill(text.size());
  return chunk;
}

/// As much as a chunk holds; every place looks different from those about it.
inline std::string full_text() {
  std::string text;
  while (text.size() < net::Chunk::k_capacity) text += std::to_string(text.size()) + ' ';
  text.resize(net::Chunk::k_capacity);
  return text;
}

/// All at once: there must be room.
inline void say(const net::Descriptor& socket, const std::string& text) {
  ASSERT_EQ(::send(socket.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
}

/// So that little fits in before somebody has to read.
inline void make_small(int socket) {
  const int size = 4 * 1024;
  ASSERT_EQ(::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
}

}  // namespace tests
