// How results and errors stand in traces: as interpreter.py writes Python's.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/outcome.hpp"

namespace oracle {

/// What `raise N` throws.
class Error : public std::exception {
 public:
  explicit Error(std::string number) : number_(std::move(number)) {}
  [[nodiscard]] const char* what() const noexcept override {
    return number_.c_str();
  }

 private:
  std::string number_;
};

[[nodiscard]] inline std::string described(bool value) {
  return value ? "true" : "false";
}
[[nodiscard]] inline std::string described(int value) {
  return std::to_string(value);
}
[[nodiscard]] std::string described(const std::exception_ptr& error);
/// `[1 2]`.
[[nodiscard]] std::string described(const std::vector<int>& numbers);
[[nodiscard]] std::string described(
    const std::vector<asyncio::Outcome<int>>& outcomes);
[[nodiscard]] std::string listed(const std::vector<std::string>& items);

/// Whether a `catch KIND` catches it.
[[nodiscard]] bool is_caught(const std::exception_ptr& error,
                             const std::string& kind);

}  // namespace oracle
