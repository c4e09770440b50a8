// To wait for a time, or for one turn.
#include "06_tasks_futures/asyncio/sleep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;

using Seconds = std::chrono::duration<double>;

class SleepTest : public LoopTest {
 protected:
  TimePoint start_ = loop().time();
};

template <typename Delay>
Coroutine<> sleeps(Delay delay) {
  co_await sleep(delay);
}

Coroutine<> sleeps_and_notes(Clock::duration delay, Log& log,
                             std::string name) {
  co_await sleep(delay);
  log.push_back(name);
}

Coroutine<std::string> sleeps_twice(Clock::duration delay) {
  co_await sleep(delay / 2);
  const std::string result = co_await sleep(delay / 2, std::string("yeah"));
  co_return result;
}

// test_sleep
TEST_F(SleepTest, TakesAsLongAsItSaysAndGivesItsResult) {
  EXPECT_EQ(run(sleeps_twice(100ms)), "yeah");
  EXPECT_EQ(loop().time() - start_, 100ms);
}

template <typename Delay>
Coroutine<> gives_up_on(Delay delay) {
  EXPECT_THROW(co_await wait_for(sleeps(delay), 24h), TimeoutError);
}

TEST_F(SleepTest, LongerThanTheClockCanTellIsNotOverAtOnce) {
  run(gives_up_on(std::chrono::years(300)));
  EXPECT_EQ(loop().time() - start_, 24h);
}

Coroutine<> sleeps_on(Sleep& shared) {
  co_await shared;
}

TEST_F(SleepTest, OneSleepIsAwaitedByOne) {
  Sleep shared = sleep(1s);
  const Task<> first = start(sleeps_on(shared));
  EXPECT_THROW(run(sleeps_on(shared)), RuntimeError);
  run(first);
  EXPECT_EQ(loop().time() - start_, 1s);
}

TEST_F(SleepTest, AMinuteIsOverInNoTime) {
  const auto before = std::chrono::steady_clock::now();
  run(sleeps(1min));
  EXPECT_EQ(loop().time() - start_, 1min);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 30s);
}

TEST(RealTime, SleepsNoLessThanItWasAskedTo) {
  EventLoop loop;
  const TimePoint start = loop.time();
  loop.run_until_complete(sleeps(20ms));
  EXPECT_GE(loop.time() - start, 20ms);
}

Coroutine<> makes_tasks_of_sleeps() {
  const Task<> one = create_task(sleep(2s), "one");
  const Task<> other = create_task(sleep(2s));
  EXPECT_EQ(one.get_name(), "one");
  co_await one;
  co_await other;
}

TEST_F(SleepTest, ItMayBeATask) {
  run(makes_tasks_of_sleeps());
  EXPECT_EQ(loop().time() - start_, 2s);
}

TEST_F(SleepTest, TasksSleepAtTheSameTime) {
  loop().create_task(sleeps_and_notes(3s, log_, "3"));
  loop().create_task(sleeps_and_notes(1s, log_, "1"));
  loop().create_task(sleeps_and_notes(2s, log_, "2"));
  run(sleeps(4s));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
  EXPECT_EQ(loop().time() - start_, 4s);
}

TEST_F(SleepTest, ThoseOfOneDeadlineWakeInTheOrderInWhichTheyFellAsleep) {
  for (const char* name : {"a", "b", "c"}) {
    loop().create_task(sleeps_and_notes(1s, log_, name));
  }
  run(sleeps(1s));
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
}

TEST_F(SleepTest, GivesAResultThatCanOnlyBeMoved) {
  EXPECT_THAT(run(sleep(1s, std::make_unique<int>(5))), Pointee(5));
}

// ---- one turn

Coroutine<> notes_between_turns(Log& log, std::string name) {
  log.push_back(name + "1");
  co_await sleep(0s);
  log.push_back(name + "2");
  co_await sleep(-1s);
  log.push_back(name + "3");
}

// test_sleep_zero
TEST_F(SleepTest, ZeroAndLessWaitForExactlyOneTurn) {
  loop().create_task(notes_between_turns(log_, "a"));
  loop().create_task(notes_between_turns(log_, "b"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a1", "b1"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a1", "b1", "a2", "b2"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a1", "b1", "a2", "b2", "a3", "b3"));
  EXPECT_EQ(loop().time(), start_);
}

// The timer is due in one turn, the task runs in the next.
TEST_F(SleepTest, TheTaskRunsInTheTurnAfterItsTimer) {
  loop().create_task(sleeps_and_notes(1s, log_, "slept"));
  run_turns(1);
  loop().call_later(1s, [this] { loop().call_soon(note("after the timer")); });
  loop().call_later(2s, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("slept", "after the timer"));
}

// ---- durations

TEST_F(SleepTest, FractionsOfSecondsAreSeconds) {
  run(sleeps(Seconds(0.25)));
  EXPECT_EQ(loop().time() - start_, 250ms);
  run(sleeps(0.5min));
  EXPECT_EQ(loop().time() - start_, 30s + 250ms);
  run(sleeps(Seconds(-0.5)));
  EXPECT_EQ(loop().time() - start_, 30s + 250ms);
}

// test_sleep_when_delay_is_nan
TEST_F(SleepTest, WhatIsNoNumberIsNoDuration) {
  EXPECT_THROW(run(sleeps(Seconds(std::numeric_limits<double>::quiet_NaN()))),
               ValueError);
}

TEST_F(SleepTest, TheLongestDelayIsForever) {
  const std::vector<Task<>> tasks = {
      loop().create_task(sleeps(Clock::duration::max())),
      loop().create_task(
          sleeps(Seconds(std::numeric_limits<double>::infinity()))),
      loop().create_task(sleeps(Seconds(1e300))),
  };
  run(sleeps(24h * 365 * 100));
  for (const Task<>& task : tasks) {
    EXPECT_FALSE(task.done());
    task.cancel();
    EXPECT_THROW(run(task), CancelledError);
  }
}

TEST_F(SleepTest, TheShortestDelayIsOneTurn) {
  run(sleeps(Clock::duration::min()));
  run(sleeps(Seconds(-std::numeric_limits<double>::infinity())));
  run(sleeps(Seconds(-1e300)));
  EXPECT_EQ(loop().time(), start_);
}

// ---- cancellation

// test_sleep_cancel: nobody waits for its timer any more.
TEST_F(SleepTest, OneThatIsCancelledTakesItsTimerWithIt) {
  const Task<> task = loop().create_task(sleeps(10s));
  run_turns(1);
  EXPECT_FALSE(loop().timers().empty());
  task.cancel();
  EXPECT_TRUE(loop().timers().empty());
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_EQ(loop().time(), start_);
}

/// Sleepers of random delays, some of which are cancelled at random times.
class ManySleepers : public testing::TestWithParam<unsigned> {};

TEST_P(ManySleepers, WakeByTheirTimes) {
  std::mt19937 random(GetParam());
  EventLoop loop(virtual_time);
  Log log;
  std::vector<Task<>> tasks;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::chrono::milliseconds delay(random() % 1000);
    tasks.push_back(loop.create_task(
        sleeps_and_notes(delay, log, std::to_string(1000 + delay.count()))));
    if (random() % 2 == 0) {
      loop.call_later(std::chrono::milliseconds(random() % 1000),
                      [&, i] { tasks[random() % (i + 1)].cancel(); });
    }
  }
  loop.run_until_complete(sleeps(2s));
  std::size_t woken = 0;
  for (const Task<>& task : tasks) {
    ASSERT_TRUE(task.done());
    woken += task.cancelled() ? 0 : 1;
  }
  EXPECT_EQ(log.size(), woken);
  EXPECT_TRUE(std::is_sorted(log.begin(), log.end()));
  EXPECT_TRUE(loop.timers().empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ManySleepers, testing::Range(0U, 20U));

}  // namespace
}  // namespace asyncio
