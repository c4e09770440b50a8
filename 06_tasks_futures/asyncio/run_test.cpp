// asyncio::run and Runner: what they give, and what they do with what is left.
#include "06_tasks_futures/asyncio/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

std::unique_ptr<EventLoop> virtual_loop() {
  return std::make_unique<EventLoop>(virtual_time);
}

Coroutine<int> returns_later(int number) {
  co_await sleep(0s);
  co_return number;
}

template <typename Error>
Coroutine<> throws(Error error) {
  co_await sleep(0s);
  throw error;
}

// ---- run

// test_asyncio_run_return
TEST(Run, GivesWhatTheCoroutineReturns) {
  EXPECT_EQ(asyncio::run(returns_later(42)), 42);
}

struct Results {
  static Coroutine<int&> reference(int& number) { co_return number; }
  static Coroutine<std::unique_ptr<int>> pointer() {
    co_return std::make_unique<int>(5);
  }
  static Coroutine<Counted> counted() { co_return Counted(); }
};

TEST(Run, GivesResultsOfAnyType) {
  int number = 1;
  EXPECT_EQ(&asyncio::run(Results::reference(number)), &number);
  EXPECT_THAT(asyncio::run(Results::pointer()), Pointee(5));
  Counted::reset();
  asyncio::run(Results::counted());
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::alive, 0);
}

// test_asyncio_run_raises
TEST(Run, ThrowsWhatTheCoroutineThrows) {
  EXPECT_EQ(message_of<ValueError>([] {
              asyncio::run(throws(ValueError("spam")));
              return 0;
            }),
            "spam");
  EXPECT_THROW(asyncio::run(throws(CustomError())), CustomError);
  EXPECT_THROW(asyncio::run(throws(KeyboardInterrupt())), KeyboardInterrupt);
  EXPECT_EQ(EventLoop::running(), nullptr);
}

Coroutine<std::string> runs_another() {
  co_return message_of<RuntimeError>(
      [] { return asyncio::run(returns_later(1)); });
}

// test_asyncio_run_from_running_loop
TEST(Run, CannotBeCalledInsideOfALoop) {
  EXPECT_THAT(stderr_of([] {
                EXPECT_EQ(
                    asyncio::run(runs_another()),
                    "asyncio.run() cannot be called from a running event loop");
              }),
              HasSubstr("coroutine 'returns_later' was never awaited"));
}

Coroutine<std::string> name_of_main() {
  co_return current_task()->get_name();
}

TEST(Run, MakesALoopEachTime) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asyncio::run(name_of_main()), "Task-1");
  }
}

Coroutine<> sleeps(Clock::duration delay) {
  co_await sleep(delay);
}

TEST(Run, AMinuteOfVirtualTimeIsOverInNoTime) {
  const auto start = std::chrono::steady_clock::now();
  asyncio::run(sleeps(1min), virtual_time);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
}

Coroutine<TimePoint> sleeps_and_tells(Clock::duration delay) {
  co_await sleep(delay);
  co_return get_running_loop().time();
}

// test_asyncio_run_loop_factory
TEST(Run, UsesTheLoopThatItIsGiven) {
  EXPECT_EQ(asyncio::run(sleeps_and_tells(1h), {.loop_factory = virtual_loop}),
            TimePoint(1h));
}

// ---- what is left over

Coroutine<> leftover(Log& log) {
  const Counted counted;
  try {
    co_await sleep(100ms);
    log.emplace_back("slept");
  } catch (const CancelledError&) {
    log.emplace_back("cancelled");
    throw;
  }
}

Coroutine<int> leaves(Log& log, std::optional<Task<>>& task) {
  task = create_task(leftover(log));
  co_await sleep(0s);
  co_return 123;
}

// test_asyncio_run_cancels_hanging_tasks
TEST(Run, CancelsWhatIsLeftOverAndAwaitsIt) {
  Log log;
  std::optional<Task<>> task;
  EXPECT_EQ(asyncio::run(leaves(log, task)), 123);
  EXPECT_TRUE(task->done());
  EXPECT_TRUE(task->cancelled());
  EXPECT_THAT(log, ElementsAre("cancelled"));
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> leaves_and_throws(Log& log) {
  create_task(leftover(log));
  co_await sleep(0s);
  throw CustomError();
}

TEST(Run, CancelsWhatIsLeftOverThoughTheCoroutineFails) {
  Log log;
  EXPECT_THROW(asyncio::run(leaves_and_throws(log)), CustomError);
  EXPECT_THAT(log, ElementsAre("cancelled"));
}

Coroutine<> cleans_up_slowly(Log& log) {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
  }
  co_await sleep(1h);
  log.emplace_back("cleaned up");
}

Coroutine<> leaves_slow(Log& log) {
  create_task(cleans_up_slowly(log));
  co_await sleep(0s);
}

TEST(Run, AwaitsThoseWhoTakeTheirTimeToEnd) {
  Log log;
  asyncio::run(leaves_slow(log), virtual_time);
  EXPECT_THAT(log, ElementsAre("cleaned up"));
}

// The task is made in the last turn: it would start in the next.
Coroutine<> leaves_unstarted(Log& log) {
  get_running_loop().call_soon([&log] { create_task(leftover(log)); });
  co_return;
}

TEST(Run, WhatHasNotStartedNeverRuns) {
  Log log;
  asyncio::run(leaves_unstarted(log));
  EXPECT_THAT(log, IsEmpty());
}

Coroutine<> fails_in_cleanup() {
  try {
    co_await sleep(100ms);
  } catch (const CancelledError&) {
    throw std::runtime_error("division by zero");
  }
}

Coroutine<int> leaves_failing(Log& reports) {
  get_running_loop().set_exception_handler(
      [&](EventLoop&, const ExceptionContext& context) {
        reports.push_back(context.message + ": " + describe(context.exception));
      });
  create_task(fails_in_cleanup());
  co_await sleep(0s);
  co_return 123;
}

// test_asyncio_run_reports_hanging_tasks_errors
TEST(Run, ReportsWhatTheLeftOverFailWith) {
  Log reports;
  EXPECT_EQ(asyncio::run(leaves_failing(reports)), 123);
  EXPECT_THAT(reports,
              ElementsAre("unhandled exception during asyncio.run() shutdown: "
                          "division by zero"));
}

Coroutine<> makes_another_in_cleanup(Log& log) {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    create_task(leftover(log), "late");
  }
}

Coroutine<> leaves_one_that_makes_another(Log& log) {
  create_task(makes_another_in_cleanup(log));
  co_await sleep(0s);
}

// As in Python: it is cancelled with nobody, and dies with the loop.
TEST(Run, WhatIsMadeDuringTheCleanupIsDestroyedPending) {
  Log log;
  EXPECT_EQ(
      stderr_of([&] { asyncio::run(leaves_one_that_makes_another(log)); }),
      "Task was destroyed but it is pending! late\n");
  EXPECT_THAT(log, IsEmpty());
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> schedules_in_cleanup(Log& log) {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    get_running_loop().call_soon([&log] {
      log.emplace_back("one turn later");
      get_running_loop().call_soon([&log] { log.emplace_back("two"); });
    });
  }
}

Coroutine<> leaves_one_that_schedules(Log& log) {
  create_task(schedules_in_cleanup(log));
  co_await sleep(0s);
}

TEST(Run, WhatTheLeftOverScheduleAtTheirEndStillRuns) {
  Log log;
  asyncio::run(leaves_one_that_schedules(log));
  EXPECT_THAT(log, ElementsAre("one turn later", "two"));
}

Coroutine<> interrupts_in_cleanup() {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    throw KeyboardInterrupt();
  }
}

Coroutine<int> leaves_interrupting(Log& log) {
  create_task(interrupts_in_cleanup());
  create_task(leftover(log));
  co_await sleep(0s);
  co_return 1;
}

TEST(Run, AnInterruptDuringTheCleanupIsThrownAndClosesTheLoopAllTheSame) {
  Log log;
  stderr_of([&] {
    EXPECT_THROW(asyncio::run(leaves_interrupting(log)), KeyboardInterrupt);
  });
  EXPECT_EQ(EventLoop::running(), nullptr);
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_EQ(asyncio::run(returns_later(1)), 1);
}

Coroutine<> stops_the_loop() {
  get_running_loop().stop();
  co_await sleep(1h);
}

TEST(Run, AStopIsAnError) {
  EXPECT_EQ(message_of<RuntimeError>([] {
              asyncio::run(stops_the_loop());
              return 0;
            }),
            "Event loop stopped before Future completed.");
}

// ---- Runner

// test_run
TEST(RunnerTest, RunsAndClosesItsLoop) {
  Runner runner;
  EXPECT_EQ(runner.run(returns_later(7)), 7);
  const EventLoop& loop = runner.get_loop();
  runner.close();
  EXPECT_TRUE(loop.is_closed());
  EXPECT_EQ(message_of<RuntimeError>([&] { return &runner.get_loop(); }),
            "Runner is closed");
}

// test_explicit_close, test_double_close
TEST(RunnerTest, MayBeClosedTwiceAndWithoutARun) {
  Runner unused;
  unused.close();
  EXPECT_EQ(unused.run(returns_later(1)), 1);

  Runner runner;
  const EventLoop& loop = runner.get_loop();
  runner.close();
  EXPECT_TRUE(loop.is_closed());
  runner.close();
}

// test_second_with_block_raises
TEST(RunnerTest, DoesNotRunOnceItIsClosed) {
  Runner runner;
  EXPECT_EQ(runner.run(returns_later(1)), 1);
  runner.close();
  EXPECT_THAT(stderr_of([&] {
                EXPECT_EQ(message_of<RuntimeError>(
                              [&] { return runner.run(returns_later(2)); }),
                          "Runner is closed");
              }),
              HasSubstr("coroutine 'returns_later' was never awaited"));
}

TEST(RunnerTest, WhatOneRunLeavesGoesOnInTheNext) {
  Log log;
  std::optional<Task<>> task;
  Runner runner({.loop_factory = virtual_loop});
  EXPECT_EQ(runner.run(leaves(log, task)), 123);
  EXPECT_FALSE(task->done());
  runner.run(sleeps(1s));
  EXPECT_TRUE(task->done());
  EXPECT_THAT(log, ElementsAre("slept"));
}

TEST(RunnerTest, CancelsWhatIsLeftWhenItDies) {
  Log log;
  std::optional<Task<>> task;
  {
    Runner runner;
    runner.run(leaves(log, task));
  }
  EXPECT_TRUE(task->cancelled());
  EXPECT_THAT(log, ElementsAre("cancelled"));
}

Coroutine<std::string> runs_again(Runner& runner) {
  co_return message_of<RuntimeError>(
      [&] { return runner.run(returns_later(1)); });
}

// test_recursive_run
TEST(RunnerTest, CannotBeRunInsideOfARun) {
  Runner runner;
  EXPECT_THAT(stderr_of([&] {
                EXPECT_EQ(
                    runner.run(runs_again(runner)),
                    "Runner.run() cannot be called from a running event loop");
              }),
              HasSubstr("coroutine 'returns_later' was never awaited"));
}

Coroutine<std::string> closes(Runner& runner) {
  co_return message_of<RuntimeError>([&] { return runner.close(), 0; });
}

TEST(RunnerTest, CannotBeClosedInsideOfARun) {
  Runner runner;
  EXPECT_EQ(runner.run(closes(runner)),
            "Runner.close() cannot be called from a running event loop");
  EXPECT_EQ(runner.run(returns_later(1)), 1);
}

TEST(RunnerTest, ALoopThatCannotBeMadeMayBeTriedAgain) {
  static bool fails;
  fails = true;
  Runner runner({.loop_factory = [] {
    if (std::exchange(fails, false)) throw CustomError();
    return virtual_loop();
  }});
  EXPECT_THROW(static_cast<void>(runner.get_loop()), CustomError);
  EXPECT_EQ(runner.run(returns_later(1)), 1);
}

TEST(RunnerTest, WhatItsEndThrowsIsToldOnStderr) {
  const std::string said = stderr_of([] {
    Log log;
    Runner runner;
    runner.run(leaves_interrupting(log));
  });
  EXPECT_THAT(said, HasSubstr("Exception while a Runner closed"));
}

}  // namespace
}  // namespace asyncio
