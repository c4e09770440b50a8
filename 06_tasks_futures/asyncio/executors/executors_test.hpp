// What the tests of executors share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {

/// In real time.
class ExecutorTest : public LoopTest {
 protected:
  ExecutorTest() : LoopTest(new_loop()) { collect_reports(); }
  void TearDown() override {
    EXPECT_THAT(reports_, testing::IsEmpty());
    LoopTest::TearDown();
  }
};

}  // namespace asyncio
