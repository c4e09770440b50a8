#include "common/contract/command.hpp"

#include <algorithm>
#include <string_view>

namespace contract {

namespace {

constexpr std::string_view k_placeholder = "{port}";

bool has_placeholder(const std::string& word) {
  return word.find(k_placeholder) != std::string::npos;
}

void replace_placeholders(std::string& word, const std::string& value) {
  for (auto at = word.find(k_placeholder); at != std::string::npos;
       at = word.find(k_placeholder, at + value.size())) {
    word.replace(at, k_placeholder.size(), value);
  }
}

}  // namespace

bool mentions_port(const Words& words) {
  return std::any_of(words.begin(), words.end(), has_placeholder);
}

Words with_port(Words words, std::uint16_t port) {
  for (std::string& word : words) {
    replace_placeholders(word, std::to_string(port));
  }
  return words;
}

Words without_port(const Words& words) {
  Words kept;
  for (const std::string& word : words) {
    if (!has_placeholder(word)) {
      kept.push_back(word);
    } else if (!kept.empty() && kept.back() == "--port") {
      kept.pop_back();
    }
  }
  return kept;
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace contract
