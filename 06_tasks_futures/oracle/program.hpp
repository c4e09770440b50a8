// The little language of the programs that Python's asyncio and ours both run;
// program.py tells it.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace oracle {

using Words = std::vector<std::string>;

struct Statement;
using Block = std::vector<Statement>;

/// Its words, and if it opens a block: what stands in it and its clauses.
struct Statement {
  explicit Statement(Words its_words, std::string its_text)
      : words(std::move(its_words)), text(std::move(its_text)) {}

  [[nodiscard]] const std::string& name() const { return words.front(); }
  [[nodiscard]] const std::string& operand(std::size_t n) const {
    return words.at(n);
  }

  Words words;
  std::string text;
  Block block;
  std::vector<Statement> clauses;
};

struct Program {
  int seed = 0;
  std::vector<Words> shared;
  std::vector<Block> bodies;
  std::vector<Block> callbacks;
};

/// The next one in `input`; false at its end. Throws std::runtime_error if it
/// ends too early.
bool read(std::istream& input, Program& program);

}  // namespace oracle
