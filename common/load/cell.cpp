#include "common/load/cell.hpp"

#include <charconv>
#include <regex>
#include <stdexcept>

#include "common/load/text.hpp"

namespace load {
namespace {

constexpr std::size_t k_most_connections = 1'000'000;
constexpr std::size_t k_largest_size = 1024 * 1024;
constexpr std::size_t k_deepest = 1024;
constexpr Cell k_churn{.connections = 50, .size = 64, .churn = true};

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument(
      "'" + text + "' is no cell: CONNECTIONSxSIZExDEPTH, with or without +IDLE, or churn; " +
      "1 to " + with_commas(k_most_connections) + " connections, messages of 1 to " +
      with_commas(k_largest_size) + " bytes, 1 to " + with_commas(k_deepest) +
      " of them in flight");
}

std::size_t number_from(const std::string& digits, const std::string& text) {
  std::size_t number = 0;
  const char* const end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, number).ec != std::errc()) refuse(text);
  return number;
}

}  // namespace

Cell cell_from(const std::string& text) {
  if (text == "churn") return k_churn;
  static const std::regex pattern(R"((\d+)x(\d+)x(\d+)(?:\+(\d+))?)");
  std::smatch match;
  if (!std::regex_match(text, match, pattern)) refuse(text);
  Cell cell;
  cell.connections = number_from(match[1], text);
  cell.size = number_from(match[2], text);
  cell.depth = number_from(match[3], text);
  if (match[4].matched) cell.idle = number_from(match[4], text);
  const bool allowed = cell.connections >= 1 && cell.connections <= k_most_connections &&
                       cell.idle <= k_most_connections && cell.size >= 1 &&
                       cell.size <= k_largest_size && cell.depth >= 1 && cell.depth <= k_deepest;
  if (!allowed) refuse(text);
  return cell;
}

std::string to_string(const Cell& cell) {
  if (cell.churn) return "churn";
  std::string text = std::to_string(cell.connections) + 'x' + std::to_string(cell.size) + 'x' +
                     std::to_string(cell.depth);
  if (cell.idle > 0) text += '+' + std::to_string(cell.idle);
  return text;
}

std::size_t descriptors_of(const Cell& cell) {
  return cell.connections + cell.idle;
}

}  // namespace load
