// What others answer to the same benchmarks, measured beside ours.
#pragma once

#include <source_location>
#include <string>

namespace bench {

/// A program that measures what a benchmark of ours does. Given the name of a measurement it prints
/// lines of a name and a number each, among them the `seconds` that one takes.
class Twin {
 public:
  /// `command` is what a shell is told, before the arguments.
  explicit Twin(std::string command);

  /// Whether it is there and runs with these arguments; what it prints is not shown.
  [[nodiscard]] bool runs(const std::string& arguments = "") const;

  /// Registers a benchmark that runs it once (each of its values is the mean of many already). All
  /// but its seconds become counters.
  void add(const std::string& benchmark, const std::string& arguments) const;

 private:
  std::string command_;
};

/// The Python script that stands beside a benchmark's source and is called as that is, run by the
/// system's python3.
[[nodiscard]] Twin python_twin(std::source_location where = std::source_location::current());

}  // namespace bench
