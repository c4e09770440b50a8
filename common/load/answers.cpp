#include "common/load/answers.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/load/text.hpp"

namespace load {

void Answers::take(std::span<const std::byte> came, std::size_t longest_piece) {
  if (came.empty()) {
    throw std::runtime_error(name_of(number_) + " was closed after " + with_commas(received_) +
                             " bytes");
  }
  const auto asked = came.first(std::min(came.size(), due_));
  const std::size_t right = compare(asked, expected_, longest_piece);
  if (right < asked.size()) fail_at("wrong byte", right);
  if (asked.size() < came.size()) fail_at("unasked bytes", asked.size());
  due_ -= came.size();
  received_ += came.size();
}

void Answers::fail_at(const char* what, std::size_t offset) const {
  throw std::runtime_error(what + (" at " + with_commas(received_ + offset)) + " of " +
                           name_of(number_));
}

}  // namespace load
