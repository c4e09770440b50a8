// A server that takes part: what it is called, and how it is started.
#pragma once

#include <string>
#include <vector>

namespace load {

struct Contestant {
  std::string name;
  std::string command;  // for a shell; {port} stands for the port
};

/// Reads `NAME=COMMAND with {port}`, each NAME once. Throws std::invalid_argument that names the
/// text.
[[nodiscard]] std::vector<Contestant> contestants_from(const std::vector<std::string>& texts);

}  // namespace load
