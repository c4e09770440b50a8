// What is measured: how many connections, how large their messages, how many of them at once.
#pragma once

#include <cstddef>
#include <string>

namespace load {

/// One cell of the table of measurements. A value.
struct Cell {
  std::size_t connections = 1;
  std::size_t size = 1;   // bytes of a message
  std::size_t depth = 1;  // messages in flight on each connection
  std::size_t idle = 0;   // connections beside them that say nothing
  bool churn = false;     // connections that come, say one message and leave

  friend bool operator==(const Cell&, const Cell&) = default;
};

/// Reads `50x1024x16` (connections, size, depth), `50x1024x16+10000` (and so many idle ones) or
/// `churn`. Throws std::invalid_argument that names the text and says what is allowed.
[[nodiscard]] Cell cell_from(const std::string& text);

/// The text that `cell_from` reads.
[[nodiscard]] std::string to_string(const Cell& cell);

/// How many descriptors the cell's connections need.
[[nodiscard]] std::size_t descriptors_of(const Cell& cell);

}  // namespace load
