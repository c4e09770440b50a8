// How many descriptors are open, for tests that nothing leaks.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>

namespace tests {

/// By now, of a process; of this one, one more while it looks.
inline std::size_t open_descriptors(const std::string& process = "self") {
  const std::filesystem::directory_iterator all("/proc/" + process + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace tests
