// What a test must not leave behind.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>

#include "common/testing/open_descriptors.hpp"

namespace tests {

/// Whether this process has a child, dead or alive, that nobody has waited for.
inline bool has_children() {
  siginfo_t info{};
  const int result = ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 || errno != ECHILD;
}

/// Sees to it that nothing is left when it dies: no descriptor that was not
/// open before, and no child.
class NothingLeft {
 public:
  NothingLeft() = default;
  NothingLeft(const NothingLeft&) = delete;
  NothingLeft& operator=(const NothingLeft&) = delete;
  ~NothingLeft() {
    EXPECT_FALSE(has_children());
    EXPECT_EQ(open_descriptors(), descriptors_);
  }

 private:
  const std::size_t descriptors_ = open_descriptors();
};

}  // namespace tests
