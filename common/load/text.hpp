// How numbers and connections stand in what we say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace load {

/// 1234567 is `1,234,567`.
[[nodiscard]] inline std::string with_commas(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

/// A server's last words may hold colours and worse, which neither JSON nor a terminal should get.
[[nodiscard]] inline std::string printable(std::string text) {
  for (char& c : text) {
    const bool is_control = (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
    if (is_control) c = '?';
  }
  return text;
}

[[nodiscard]] inline std::string name_of(std::uint64_t connection) {
  return "connection " + with_commas(connection);
}

}  // namespace load
