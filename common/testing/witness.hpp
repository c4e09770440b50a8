// What tells when it dies, for tests of the order in which things are destroyed.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tests {

/// Writes its name down when it dies.
class Witness {
 public:
  Witness(std::vector<std::string>& log, std::string name) : log_(log), name_(std::move(name)) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { log_.push_back(name_); }

 private:
  std::vector<std::string>& log_;
  std::string name_;
};

}  // namespace tests
