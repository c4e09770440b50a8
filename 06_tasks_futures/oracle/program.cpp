#include "06_tasks_futures/oracle/program.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace oracle {
namespace {

bool opens_block(const std::string& word) {
  constexpr std::array<std::string_view, 5> k_blocks = {
      "try", "repeat", "timeout", "group", "with"};
  return std::ranges::find(k_blocks, word) != k_blocks.end();
}

std::string without_indent(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(' ');
  return begin == std::string::npos ? "" : line.substr(begin);
}

Statement statement_in(const std::string& line) {
  std::string text = without_indent(line);
  std::istringstream input(text);
  Words words;
  for (std::string word; input >> word;) words.push_back(std::move(word));
  return Statement(std::move(words), std::move(text));
}

Statement next_statement(std::istream& input) {
  std::string line;
  if (!std::getline(input, line)) throw std::runtime_error("no end");
  return statement_in(line);
}

/// Reads the statements up to `end`, and the clauses behind them.
void read_block(std::istream& input, Block& block,
                std::vector<Statement>& clauses) {
  Block* current = &block;
  while (true) {
    Statement each = next_statement(input);
    if (each.name() == "end") return;
    if (each.name() == "catch" || each.name() == "finally") {
      clauses.push_back(std::move(each));
      current = &clauses.back().block;
      continue;
    }
    if (opens_block(each.name())) read_block(input, each.block, each.clauses);
    current->push_back(std::move(each));
  }
}

Block read_body(std::istream& input) {
  Block block;
  std::vector<Statement> no_clauses;
  read_block(input, block, no_clauses);
  return block;
}

}  // namespace

bool read(std::istream& input, Program& program) {
  std::string line;
  if (!std::getline(input, line)) return false;
  program = Program{};
  program.seed = std::stoi(statement_in(line).operand(1));
  while (true) {
    Statement each = next_statement(input);
    if (each.name() == "end") return true;
    if (each.name() == "body") {
      program.bodies.push_back(read_body(input));
    } else if (each.name() == "callback") {
      program.callbacks.push_back(read_body(input));
    } else {
      program.shared.push_back(std::move(each.words));
    }
  }
}

}  // namespace oracle
