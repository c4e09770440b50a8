// Who runs when, how long a sleep lasts, and what becomes of errors and of
// those who are left at the end: on each of the three selectors.
#include "05_coroutines/event_loop_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "05_coroutines/event_loop.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/pair.hpp"

namespace coroutines {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Counted;
using tests::Pair;

class CustomError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

Coroutine<> sleeps(Log& log, std::string name, std::chrono::nanoseconds time) {
  co_await sleep(time);
  log.push_back(std::move(name));
}

INSTANTIATE_TEST_SUITE_P(All, EventLoopTest, every_selector(), selector_of);

// ---- run_until_complete

Coroutine<std::string> returns(std::string text) {
  co_await sleep(0ns);
  co_return text;
}

Coroutine<> tells(Log& log, std::string text) {
  log.push_back(std::move(text));
  co_return;
}

TEST_P(EventLoopTest, RunUntilCompleteGivesWhatMainReturns) {
  EXPECT_EQ(run(returns("result")), "result");
}

TEST_P(EventLoopTest, RunUntilCompleteNeedsNoValue) {
  run(tells(log_, "ran"));
  EXPECT_THAT(log_, ElementsAre("ran"));
}

Coroutine<std::unique_ptr<int>> returns_a_pointer() {
  co_return std::make_unique<int>(7);
}

TEST_P(EventLoopTest, RunUntilCompleteMovesTheResultOut) {
  EXPECT_EQ(*run(returns_a_pointer()), 7);
}

Coroutine<int> throws_after(std::chrono::nanoseconds duration) {
  co_await sleep(duration);
  throw CustomError("out of main");
}

TEST_P(EventLoopTest, RunUntilCompleteThrowsWhatMainThrows) {
  EXPECT_THROW(run(throws_after(0ns)), CustomError);
  EXPECT_EQ(run(returns("still runs")), "still runs");
}

Coroutine<> counts(Log& log, std::string name, int last) {
  const Counted counted;
  for (int i = 0; i < last; ++i) {
    log.push_back(name + std::to_string(i));
    co_await sleep(0ns);
  }
}

TEST_P(EventLoopTest, WhenMainHasEndedTheOthersStayAndGoOnAtTheNextCall) {
  add(counts(log_, "A", 3));
  run(tells(log_, "main"));
  EXPECT_THAT(log_, ElementsAre("A0", "main"));
  EXPECT_EQ(Counted::alive, 1);
  turns(4);
  EXPECT_THAT(log_, ElementsAre("A0", "main", "A1", "A2"));
}

TEST_P(EventLoopTest, AMainThatHasEndedAlreadyIsARuntimeError) {
  auto ended = tells(log_, "ran");
  ended.next();
  EXPECT_THROW(run(std::move(ended)), RuntimeError);
}

Coroutine<> runs_the_loop(EventLoop& loop, Log& log) {
  try {
    loop.run_once();
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
  auto another = tells(log, "never runs");
  try {
    loop.run_until_complete(std::move(another));
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
  co_return;
}

TEST_P(EventLoopTest, RunningItFromWithinIsARuntimeErrorAndItGoesOn) {
  add(counts(log_, "A", 1));
  testing::internal::CaptureStderr();
  run(runs_the_loop(*loop_, log_));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
            "awaited\n");
  turns(1);
  EXPECT_THAT(log_, ElementsAre("A0", "this event loop is already running",
                                "this event loop is already running"));
}

// ---- the order

TEST_P(EventLoopTest, ThoseWhoAreReadyGoRoundInOrder) {
  for (const char* name : {"A", "B", "C"}) add(counts(log_, name, 2));
  turns(4);
  EXPECT_THAT(log_, ElementsAre("A0", "B0", "C0", "A1", "B1", "C1"));
}

Coroutine<> adds_another(EventLoop& loop, Log& log) {
  loop.add(tells(log, "added"));
  log.emplace_back("goes on");
  co_await sleep(0ns);
  log.emplace_back("later");
}

TEST_P(EventLoopTest, WhatIsAddedWithinATurnStartsInTheNext) {
  add(adds_another(*loop_, log_));
  add(tells(log_, "the same turn"));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("goes on", "the same turn"));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("goes on", "the same turn", "added", "later"));
}

Coroutine<> never_rests(const Log& log) {
  while (log.empty()) co_await sleep(0ns);
}

// The test ends only if the reader comes to its turn.
TEST_P(EventLoopTest, WhoeverNeverRestsDoesNotKeepDescriptorsWaiting) {
  const Pair pair;
  pair.write_from_there();
  add(reads(log_, "A", pair.fd()));
  run(never_rests(log_));
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

// ---- times

Coroutine<> waits_until(Log& log, std::string name,
                        Wait::Clock::time_point time) {
  const Counted counted;
  co_await until(time);
  log.push_back(std::move(name));
}

TEST_P(EventLoopTest, TheShortestSleepEndsFirst) {
  const auto now = Wait::Clock::now();
  add(waits_until(log_, "3", now + 3ms));
  add(waits_until(log_, "1", now + 1ms));
  add(waits_until(log_, "2", now + 2ms));
  run(sleeps(log_, "4", 10ms));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4"));
}

TEST_P(EventLoopTest, ThoseWhoSleepUntilTheSameTimeKeepTheirOrder) {
  const auto soon = Wait::Clock::now() + 2ms;
  for (const char* name : {"1", "2", "3", "4", "5"}) {
    add(waits_until(log_, name, soon));
  }
  run(waits_until(log_, "6", soon));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_P(EventLoopTest, NobodyIsWokenBeforeTheTime) {
  for (const auto duration : {1'000ns, 1'234'567ns, 10'000'000ns}) {
    const auto begin = Wait::Clock::now();
    run(sleep(duration));
    EXPECT_GE(Wait::Clock::now() - begin, duration);
  }
}

TEST_P(EventLoopTest, SleepsRunAtTheSameTime) {
  const auto begin = Wait::Clock::now();
  for (int i = 0; i < 100; ++i) add(sleeps(log_, "slept", 20ms));
  run(sleep(20ms));
  turns(1);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_LT(Wait::Clock::now() - begin, 1s);
}

TEST_P(EventLoopTest, TheLongestSleepIsNotTheShortest) {
  add(sleeps(log_, "woken", std::chrono::nanoseconds::max()));
  add(waits_until(log_, "woken", Wait::Clock::time_point::max()));
  run(sleep(2ms));
  EXPECT_THAT(log_, IsEmpty());
}

// The test ends only if they are over at once.
TEST_P(EventLoopTest, ATimeLongAgoIsOverAtOnce) {
  run(sleep(-1s));
  run(sleep(std::chrono::nanoseconds::min()));
  run(waits_until(log_, "woken", Wait::Clock::time_point::min()));
  run(waits_until(log_, "woken", Wait::Clock::time_point()));
  EXPECT_THAT(log_, SizeIs(2));
}

// ---- errors that nobody waits for

Coroutine<> fails(std::string text) {
  co_await sleep(0ns);
  throw CustomError(text);
}

Coroutine<> fails_oddly() {
  co_await sleep(0ns);
  throw 7;
}

TEST_P(EventLoopTest, WhatAnAddedOneThrowsIsToldAndTouchesNobodyElse) {
  add(counts(log_, "A", 3));
  add(fails("broken"));
  add(fails_oddly());
  add(counts(log_, "B", 3));
  testing::internal::CaptureStderr();
  turns(5);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Task exception was never retrieved: broken\n"
            "Task exception was never retrieved: not a std::exception\n");
  EXPECT_THAT(log_, ElementsAre("A0", "B0", "A1", "B1", "A2", "B2"));
}

Coroutine<> waits_for_a_bad_one() {
  co_await readable(-1);
}

TEST_P(EventLoopTest, AnErrorOfAWaitThatNobodyCatchesIsToldToo) {
  add(waits_for_a_bad_one());
  testing::internal::CaptureStderr();
  turns(3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Task exception was never retrieved: descriptor -1: expected zero "
            "or more\n");
}

// ---- the end of the loop

Coroutine<> watches(EventLoop& loop, Log& log, int fd) {
  const Counted counted;
  const EventLoop::Watch watch(loop, fd);
  co_await reads(log, "watched", fd);
}

TEST_P(EventLoopTest, ItsEndDestroysWhoeverWaitsSleepsOrIsReady) {
  const Pair pair;
  const Pair watched;
  pair.fill();
  add(reads(log_, "A", pair.fd()));
  add(writes(log_, "B", pair.fd()));
  add(waits_until(log_, "C", Wait::Clock::now() + 1h));
  add(counts(log_, "D", 9));
  add(watches(*loop_, log_, watched.fd()));
  turns(3);
  log_.clear();
  EXPECT_EQ(Counted::alive, 6);
  testing::internal::CaptureStderr();
  loop_.reset();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());  // nothing was thrown into them
}

TEST_P(EventLoopTest, ItsEndTellsOfThoseThatNeverStarted) {
  add(counts(log_, "A", 1));
  add(tells(log_, "never"));
  testing::internal::CaptureStderr();
  loop_.reset();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "event_loop_test.cpp: RuntimeWarning: coroutine 'counts' was never "
            "awaited\n"
            "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
            "awaited\n");
}

/// Has something done when it dies, as a guard would.
class AddsAtItsEnd {
 public:
  AddsAtItsEnd(EventLoop& loop, Log& log) : loop_(loop), log_(log) {}
  AddsAtItsEnd(const AddsAtItsEnd&) = delete;
  AddsAtItsEnd& operator=(const AddsAtItsEnd&) = delete;
  ~AddsAtItsEnd() { loop_.add(tells(log_, "too late")); }

 private:
  EventLoop& loop_;
  Log& log_;
};

Coroutine<> adds_at_its_end(EventLoop& loop, Log& log, Wait wait) {
  const AddsAtItsEnd guard(loop, log);
  co_await wait;
}

TEST_P(EventLoopTest, WhatIsAddedDuringItsEndIsDestroyedAsWell) {
  const Wait sleeping = until(Wait::Clock::now() + 1h);
  const Wait failing = readable(-1);  // ready again, with the error
  for (const Wait& wait : {sleeping, failing, sleeping}) {
    add(adds_at_its_end(*loop_, log_, wait));
  }
  loop_->run_once();
  testing::internal::CaptureStderr();
  loop_.reset();
  const std::string warning =
      "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
      "awaited\n";
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            warning + warning + warning);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(EventLoopTest, AnotherLoopMayUseTheSelectorAfterIt) {
  const Pair pair;
  add(reads(log_, "A", pair.fd()));
  turns(2);
  loop_.emplace(*selector_);
  pair.write_from_there();
  run(reads(log_, "B", pair.fd()));
  EXPECT_THAT(log_, ElementsAre("B may read"));
}

// ---- memory

Coroutine<> waits_again_and_again(EventLoop& loop, int fd) {
  const EventLoop::Watch watch(loop, fd);
  while (true) co_await readable(fd);
}

Coroutine<> sleeps_again_and_again() {
  while (true) co_await until(Wait::Clock::now());
}

// Or a server that runs out of memory could not even sleep until it has some.
TEST_P(EventLoopTest, ToWaitAndToSleepNeedsNoMemory) {
  const std::vector<Pair> pairs(10);
  for (const Pair& pair : pairs) {
    pair.write_from_there();
    add(waits_again_and_again(*loop_, pair.fd()));
    add(sleeps_again_and_again());
  }
  loop_->run_once();  // to their first waits
  loop_->run_once();  // now the selector has room for the answers
  EXPECT_EQ(tests::allocations_of([this] {
              for (int i = 0; i < 10; ++i) loop_->run_once();
            }),
            0U);
}

// ---- many

TEST_P(EventLoopTest, TenThousandAreReadyAtOnce) {
  constexpr std::size_t k_many = 10'000;
  std::vector<std::string> expected;
  for (const char* turn : {"0", "1", "2"}) {
    for (std::size_t i = 0; i < k_many; ++i) {
      expected.push_back(std::to_string(i) + "/" + turn);
    }
  }
  for (std::size_t i = 0; i < k_many; ++i) {
    add(counts(log_, std::to_string(i) + "/", 3));
  }
  EXPECT_EQ(Counted::alive, 0);
  while (log_.size() < expected.size()) loop_->run_once();
  EXPECT_EQ(log_, expected);
}

TEST_P(EventLoopTest, TenThousandSleepAtOnce) {
  constexpr int k_many = 10'000;
  const auto soon = Wait::Clock::now() + 5ms;
  for (int i = 0; i < k_many; ++i) {
    add(waits_until(log_, std::to_string(i),
                    soon - std::chrono::microseconds(i % 100)));
  }
  loop_->run_once();
  EXPECT_EQ(Counted::alive, k_many);
  while (log_.size() < k_many) loop_->run_once();
  turns(1);
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace coroutines
