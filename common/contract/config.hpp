// What the command line asked for: which server, what kind it is, how patient to be. Set once by
// main() before the first test, only read afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace contract {

enum class Kind { concurrent, sequential };

struct Config {
  std::vector<std::string> command;
  Kind kind = Kind::concurrent;
  bool keeps_command_line = false;
  bool memory_limits = true;
  std::optional<std::size_t> max_clients;
  std::uint64_t seed = 1;
  // When something that must happen has not happened after this long, the test fails.
  std::chrono::milliseconds patience{20'000};
};

void set_config(Config config);
[[nodiscard]] const Config& config();

}  // namespace contract
