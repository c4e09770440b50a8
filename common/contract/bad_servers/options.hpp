// The command line of the bad server: the contract's, and `--fault NAME`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bad {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5000;
  bool quiet = false;
  bool one_at_a_time = false;
  std::string fault;

  [[nodiscard]] bool has_fault(std::string_view name) const { return fault == name; }
};

// Ends the program where the contract says so: after --help, --version, and wrong words.
[[nodiscard]] Options parse_options(int argc, char** argv);

}  // namespace bad
