// Debug mode: steps that take too long are told, with their places.
#include "06_tasks_futures/asyncio/debugging/slow_callbacks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "06_tasks_futures/asyncio/debugging/debugging_test.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

using SlowCallbacksTest = DebugTest;

Coroutine<int> computes() {
  const auto end = Clock::now() + 20ms;
  while (Clock::now() < end) {
  }
  co_return 100;
}

/// Until it has ended, whatever comes between its steps.
Coroutine<int> computes_twice() {
  const int one = co_await computes();
  co_await sleep(0s);
  const int other = co_await computes();
  co_return one + other;
}
const int k_computes_twice = line(-4);

// test_log_slow_callbacks
// GCC 12 takes one of the function's lines for its own.
TEST_F(SlowCallbacksTest, ASlowStepIsToldWithItsTask) {
  loop().set_slow_callback_duration(10ms);
  const auto task = loop().create_task(computes());
  const std::string created = here(-1);
  EXPECT_THAT(
      stderr_of([&] { run(task); }),
      MatchesRegex("Executing <Task finished name='Task-1' "
                   "coro=<computes\\(\\) done, defined at "
                   "slow_callbacks_test.cpp:[0-9]+> result=100 created at " +
                   created + "> took [0-9]+\\.[0-9]{3} seconds\n"));
}

TEST_F(SlowCallbacksTest, ATaskThatGoesOnIsToldWhereItWaits) {
  loop().set_slow_callback_duration(10ms);
  const auto task = loop().create_task(computes_twice(), "twice");
  EXPECT_THAT(
      stderr_of([&] { run_turns(1); }),
      MatchesRegex("Executing <Task pending name='twice' "
                   "coro=<computes_twice\\(\\) running at "
                   "slow_callbacks_test.cpp:" +
                   std::to_string(k_computes_twice) +
                   "> created at .*> took [0-9]+\\.[0-9]{3} seconds\n"));
  EXPECT_THAT(stderr_of([&] { run(task); }),
              HasSubstr("> result=200 created at"));
}

TEST_F(SlowCallbacksTest, ASlowCallbackIsToldWithWhereItWasScheduled) {
  loop().set_slow_callback_duration(10ms);
  loop().call_soon([] { std::this_thread::sleep_for(20ms); });
  const std::string created = here(-1);
  EXPECT_THAT(stderr_of([&] { run_turns(1); }),
              MatchesRegex("Executing <Handle created at " + created +
                           "> took [0-9]+\\.[0-9]{3} seconds\n"));
}

TEST_F(SlowCallbacksTest, TimersAndDoneCallbacksAreMeasuredToo) {
  loop().set_slow_callback_duration(10ms);
  const auto slow = [](auto&&...) { std::this_thread::sleep_for(20ms); };
  loop().call_later(0s, [=] { slow(); });
  const std::string timer = here(-1);
  const auto future = loop().create_future();
  future.add_done_callback(slow);
  const std::string callback = here(-1);
  future.set_result();
  const std::string told = stderr_of([&] { run_turns(2); });
  EXPECT_THAT(told, HasSubstr("<Handle created at " + timer + ">"));
  EXPECT_THAT(told, HasSubstr("<Handle created at " + callback + ">"));
}

TEST_F(SlowCallbacksTest, TheLimitIsATenthOfASecondIfNothingElseIsSaid) {
  EXPECT_EQ(loop().slow_callback_duration(), 100ms);
}

TEST_F(SlowCallbacksTest, WhatIsQuickerThanTheLimitIsNotTold) {
  loop().set_slow_callback_duration(1h);
  EXPECT_EQ(stderr_of([&] { run(computes()); }), "");
}

TEST_F(SlowCallbacksTest, WithoutDebugModeNothingIsMeasured) {
  loop().set_debug(false);
  loop().set_slow_callback_duration(0s);
  loop().call_soon([] {});
  EXPECT_EQ(stderr_of([&] { run(computes()); }), "");
}

}  // namespace
}  // namespace asyncio
