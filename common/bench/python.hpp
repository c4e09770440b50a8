// Python's answer to the same benchmarks, measured beside ours.
#pragma once

#include <source_location>
#include <string>

namespace bench {

/// The Python script that stands beside a benchmark's source and is called as that is. Given the
/// name of a measurement it prints lines of a name and a number each, among them the `seconds`
/// that one takes.
class PythonTwin {
 public:
  explicit PythonTwin(std::source_location where = std::source_location::current());

  /// Whether the system's python3 runs it with these arguments; what it prints is not shown.
  [[nodiscard]] bool runs(const std::string& arguments = "") const;

  /// Registers a benchmark that runs it once (each of its values is the mean of many already). All
  /// but its seconds become counters.
  void add(const std::string& benchmark, const std::string& arguments) const;

 private:
  std::string command_;
};

}  // namespace bench
