// What the tests of subprocesses share: a loop that leaves no child and no
// descriptor behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/subprocesses/subprocess.hpp"
#include "common/testing/nothing_left.hpp"

namespace asyncio {

class SubprocessTest : protected tests::NothingLeft, public DescriptorLoopTest {
 protected:
  void TearDown() override {
    EXPECT_THAT(reports_, testing::IsEmpty());
    DescriptorLoopTest::TearDown();
  }

  /// Until `condition` is so.
  template <typename Condition>
  void run_until(Condition condition) {
    while (!condition()) run_turns(1);
  }

  template <typename... Texts>
  Process exec(const SubprocessOptions& options, Texts... command) {
    return run(create_subprocess_exec(options, command...));
  }
  Process shell(const SubprocessOptions& options, std::string command) {
    return run(create_subprocess_shell(options, std::move(command)));
  }
  /// Runs until it is killed.
  Process sleeper() { return exec({}, "sleep", "1000"); }

  /// What it writes to stdout until its end.
  std::string output_of(const Process& process) {
    return run(process.communicate()).first;
  }
};

}  // namespace asyncio
