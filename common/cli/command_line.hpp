// How every program here reads its command line: the same words for what is
// wrong with it, the same exit codes.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {  // <CLI/CLI.hpp>, which takes seconds to compile
class App;
class Validator;
}  // namespace CLI

namespace cli {

inline constexpr int k_cannot_serve = 1;
inline constexpr int k_wrong_usage = 2;

/// Adds --help and --version.
void declare_help(CLI::App& app);

/// Reads the command line. None: the program is to go on; else this is its exit
/// code, and all has been said: 0 after --help or --version, 2 for what is not
/// understood.
[[nodiscard]] std::optional<int> parse(CLI::App& app, int argc, char** argv);

/// Refuses what is not a whole number from `least` to `most`. CLI11 puts the
/// option's name before what it says.
[[nodiscard]] CLI::Validator whole_number(int least, int most);

/// Refuses what is not one of `values`.
[[nodiscard]] CLI::Validator one_of(const std::vector<std::string>& values);

/// `one, two, three`
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

/// One line on stderr, even if nobody reads it and whatever the user typed.
void complain(std::string line);

/// A program started with stdin, stdout or stderr closed would give their
/// numbers to its sockets, and then write log lines to a client.
void occupy_standard_descriptors();

/// Nobody may be left to read our output, or no room in its file: no reason to
/// end.
void outlive_readers();

}  // namespace cli
