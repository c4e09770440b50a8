// What our benchmarks add to Google Benchmark.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// Runs the registered benchmarks with Google Benchmark's own flags, and puts into their context
/// what a reader of the JSON needs: the machine (`cpu`, `kernel`), the `compiler`, and the
/// `command` with which to get the same again. Raises the limit of open descriptors as far as it
/// may. Gives the program's exit code: 2 for a flag that nobody knows. `command` is what was typed.
int run(int argc, char** argv, const std::string& command);

/// The words of a command line, separated by spaces, those with spaces in quotes.
[[nodiscard]] std::string command_line(int argc, char** argv);

/// How much memory the process has resident, in bytes (proc_pid_statm(5)).
[[nodiscard]] std::size_t resident();

}  // namespace bench
