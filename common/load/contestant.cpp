#include "common/load/contestant.hpp"

#include <algorithm>
#include <stdexcept>

namespace load {
namespace {

Contestant contestant_from(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos ||
      text.find("{port}", equals) == std::string::npos) {
    throw std::invalid_argument("--server: '" + text + "' is not NAME=COMMAND with {port} in it");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

std::vector<Contestant> contestants_from(const std::vector<std::string>& texts) {
  std::vector<Contestant> all;
  for (const std::string& text : texts) {
    const Contestant next = contestant_from(text);
    const bool is_known = std::any_of(
        all.begin(), all.end(), [&](const Contestant& other) { return other.name == next.name; });
    if (is_known)
      throw std::invalid_argument("--server: there are two of the name '" + next.name + "'");
    all.push_back(next);
  }
  return all;
}

}  // namespace load
