// The loop: whose turn comes when, how a run ends, what a closed loop refuses,
// and what becomes of exceptions that nobody waits for.
#include "06_tasks_futures/asyncio/event_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/coroutines_test.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EventLoopTest : public LoopTest {
 protected:
  void run_in_callback(std::function<void()> callback) {
    loop().call_soon(std::move(callback));
    run_turns(1);
  }
};

Coroutine<> sleeps(Clock::duration delay) {
  co_await sleep(delay);
}

Coroutine<> throws(const char* what) {
  co_await sleep(0s);
  throw std::runtime_error(what);
}

Coroutine<> interrupts() {
  throw KeyboardInterrupt();
  co_return;
}

void interrupt() {
  throw KeyboardInterrupt();
}

// ---- turns

// test_call_soon
TEST_F(EventLoopTest, CallbacksRunInTheOrderInWhichTheyWereScheduled) {
  for (const char* name : {"a", "b", "c"}) loop().call_soon(note(name));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
}

// test__run_once_schedule_handle
TEST_F(EventLoopTest, WhatACallbackSchedulesRunsInTheNextTurnAfterAllOfThis) {
  loop().call_soon([this] {
    log_.emplace_back("a");
    loop().call_soon(note("a2"));
  });
  loop().call_soon(note("b"));
  loop().call_soon(note("c"));
  run_turns(1);
  log_.emplace_back("next turn");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "c", "next turn", "a2"));
}

TEST_F(EventLoopTest, TasksAndCallbacksTakeTheirTurnsFromOneQueue) {
  loop().call_soon(note("a"));
  const Task<int> task = loop().create_task(returns(1));
  task.add_done_callback([this](const Future<int>&) { note("done")(); });
  loop().call_soon(note("b"));
  run_turns(1);
  loop().call_soon(note("c"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "done", "c"));
}

// test_call_later_negative_delays
TEST_F(EventLoopTest, NegativeDelaysAreOrderedByTheirTimes) {
  loop().call_later(-1s, note("a"));
  loop().call_later(-2s, note("b"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("b", "a"));
}

// A deliberate difference: in Python their order is anybody's guess.
TEST_F(EventLoopTest, TimersOfOneTimeRunInTheOrderOfTheirMaking) {
  const TimePoint when = loop().time() + 1s;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    loop().call_at(when, note(name));
  }
  loop().call_later(2s, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(EventLoopTest, TimersRunAfterThoseWhoWereReady) {
  loop().call_later(-1s, note("timer"));
  loop().call_soon(note("ready"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("ready", "timer"));
}

TEST_F(EventLoopTest, ATimerThatATimerMakesWaitsForTheNextTurn) {
  loop().call_later(0s, [this] {
    log_.emplace_back("first");
    loop().call_later(-1s, note("second"));
  });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first", "second"));
}

TEST_F(EventLoopTest, ATimerOfTheLongestDelayNeverComes) {
  const TimerHandle handle =
      loop().call_later(Clock::duration::max(), note("never"));
  run_turns(2);
  EXPECT_EQ(handle.when(), TimePoint::max());
  EXPECT_THAT(log_, IsEmpty());
}

// test_time_and_call_at
TEST(RealTime, ATimerRunsNoSoonerThanItsTime) {
  EventLoop loop;
  const TimePoint when = loop.time() + 20ms;
  loop.call_at(when, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_GE(loop.time(), when);
}

// ---- virtual time

TEST_F(EventLoopTest, VirtualTimeStandsStillWhileSomebodyIsReady) {
  const TimePoint start = loop().time();
  loop().call_later(1ns, note("timer"));
  int left = 100;
  std::function<void()> again = [&] {
    if (--left > 0) loop().call_soon(again);
  };
  loop().call_soon(again);
  run_turns(100);
  EXPECT_EQ(loop().time(), start);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(EventLoopTest, VirtualTimeJumpsToTheNextTimer) {
  const TimePoint start = loop().time();
  std::vector<Clock::duration> times;
  for (const auto delay : {24h, 1h, 2h}) {
    loop().call_later(delay, [&] { times.push_back(loop().time() - start); });
  }
  loop().call_later(48h, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_THAT(times, ElementsAre(1h, 2h, 24h));
}

TEST_F(EventLoopTest, VirtualTimeLetsDescriptorsGoFirst) {
  const tests::Pair pair;
  loop().add_reader(pair.fd(), [&] {
    log_.emplace_back("readable");
    loop().remove_reader(pair.fd());
  });
  loop().call_later(1s, note("timer"));
  loop().call_later(2s, [this] { loop().stop(); });
  pair.write_from_there();
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("readable", "timer"));
}

// ---- stop

TEST_F(EventLoopTest, StopEndsTheRunAfterTheTurnAndKeepsWhatCameMeanwhile) {
  loop().call_soon([this] {
    loop().stop();
    loop().call_soon(note("kept"));
  });
  loop().call_soon(note("of this turn"));
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("of this turn"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("of this turn", "kept"));
}

// test_run_forever_pre_stopped
TEST(RealTime, StopBeforeTheRunMakesItOneTurn) {
  EventLoop loop;
  bool has_come = false;
  loop.call_later(24h, [&] { has_come = true; });
  loop.stop();
  loop.run_forever();
  EXPECT_FALSE(has_come);
  EXPECT_FALSE(loop.is_running());
}

TEST_F(EventLoopTest, StopsOfOneTurnEndOneRun) {
  loop().call_soon([this] { loop().stop(); });
  loop().call_soon([this] { loop().stop(); });
  loop().call_later(1s, [this] { loop().stop(); });
  loop().run_forever();
  const TimePoint start = loop().time();
  loop().run_forever();
  EXPECT_EQ(loop().time() - start, 1s);
}

// test_run_once
TEST_F(EventLoopTest, ARunThatACallbackStopsIsOneTurn) {
  int count = 0;
  loop().call_soon([&] { ++count; });
  loop().call_soon([this] { loop().stop(); });
  loop().run_forever();
  EXPECT_EQ(count, 1);
}

TEST_F(EventLoopTest, KnowsWhetherItRuns) {
  EXPECT_FALSE(loop().is_running());
  EXPECT_EQ(EventLoop::running(), nullptr);
  run_in_callback([this] {
    EXPECT_TRUE(loop().is_running());
    EXPECT_EQ(&get_running_loop(), &loop());
  });
  EXPECT_FALSE(loop().is_running());
  EXPECT_EQ(message_of<RuntimeError>([] { return &get_running_loop(); }),
            "no running event loop");
}

// ---- what it asks the kernel

/// Finds nothing ready, and writes down for how long it was to wait.
class IdleSelector final : public selectors::Selector {
 public:
  struct Asked {
    std::vector<std::optional<std::chrono::nanoseconds>> timeouts;
    std::function<void()> and_then = [] {};
  };
  explicit IdleSelector(Asked& asked) : asked_(asked) {}

 private:
  void add(int /*fd*/, selectors::Events /*events*/) override {}
  void change(int /*fd*/, selectors::Events /*events*/) override {}
  void remove(int /*fd*/) noexcept override {}
  void wait(Timeout timeout,
            std::vector<selectors::Report>& /*reports*/) override {
    asked_.timeouts.push_back(timeout);
    asked_.and_then();
  }

  Asked& asked_;
};

class AsksTheKernel : public LoopTest {
 protected:
  void SetUp() override {
    loop_ = std::make_unique<EventLoop>(std::make_unique<IdleSelector>(asked_));
  }
  /// So many turns, and in each somebody is ready.
  void run_ready_turns(int n) {
    for (int i = 0; i < n; ++i) {
      loop().call_soon([] {});
      run_turns(1);
    }
  }

  IdleSelector::Asked asked_;
};

TEST_F(AsksTheKernel, NothingIfSomebodyIsReadyAndNoDescriptorIsWatched) {
  loop().call_later(24h, [] {});
  run_ready_turns(3);
  EXPECT_THAT(asked_.timeouts, IsEmpty());
}

TEST_F(AsksTheKernel, WithoutWaitingIfSomebodyIsReadyAndADescriptorIsWatched) {
  loop().add_reader(0, [] {});
  run_ready_turns(3);
  EXPECT_THAT(asked_.timeouts, ElementsAre(0ns, 0ns, 0ns));
}

// test_run_forever_pre_stopped
TEST_F(AsksTheKernel, WithoutWaitingIfTheRunIsToStop) {
  loop().stop();
  loop().run_forever();
  EXPECT_THAT(asked_.timeouts, ElementsAre(0ns));
}

// test__run_once
TEST_F(AsksTheKernel, ToWaitForTheNextTimerThatWasNotCancelled) {
  asked_.and_then = [this] { loop().stop(); };
  loop().call_later(5s, [] {}).cancel();
  loop().call_later(10s, [] {});
  loop().run_forever();
  ASSERT_EQ(asked_.timeouts.size(), 1U);
  EXPECT_GT(asked_.timeouts[0], 9s);
  EXPECT_LE(asked_.timeouts[0], 10s);
}

TEST_F(AsksTheKernel, ToWaitForEverIfThereIsNoTimer) {
  asked_.and_then = [this] { loop().stop(); };
  loop().run_forever();
  EXPECT_THAT(asked_.timeouts, ElementsAre(std::nullopt));
}

TEST_F(AsksTheKernel, WithoutWaitingIfATimerIsDue) {
  asked_.and_then = [this] { loop().stop(); };
  loop().call_later(-1s, [] {});
  loop().run_forever();
  EXPECT_THAT(asked_.timeouts, ElementsAre(0ns));
}

// ---- run_until_complete

TEST_F(EventLoopTest, RunsACoroutineAndGivesItsResult) {
  EXPECT_EQ(run(returns(42)), 42);
}

TEST_F(EventLoopTest, RunsUntilAFutureIsDone) {
  const auto future = loop().create_future<int>();
  loop().call_later(1s, [&] { future.set_result(7); });
  EXPECT_EQ(run(future), 7);
  EXPECT_EQ(run(future), 7);
}

TEST_F(EventLoopTest, ThrowsWhatTheCoroutineThrew) {
  EXPECT_EQ(
      message_of<std::runtime_error>([&] { return run(throws("no")), 0; }),
      "no");
}

TEST_F(EventLoopTest, WhatNobodyElseHoldsIsMovedOutAndNeverCopied) {
  struct Returns {
    static Coroutine<tests::Counted> one() { co_return tests::Counted(); }
  };
  run(Returns::one());
  EXPECT_EQ(tests::Counted::copies, 0);
}

// test_stop_while_run_in_complete
TEST_F(EventLoopTest, AStopBeforeTheFutureIsDoneIsAnError) {
  const Task<> task = loop().create_task(sleeps(1s));
  loop().call_soon([this] { loop().stop(); });
  EXPECT_EQ(message_of<RuntimeError>([&] { return run(task), 0; }),
            "Event loop stopped before Future completed.");
  EXPECT_FALSE(task.done());
  task.cancel();
  EXPECT_THROW(run(task), CancelledError);
}

// After that error, the end of the future must not stop another run.
TEST_F(EventLoopTest, AFutureThatWasGivenUpStopsNoLaterRun) {
  const Future<> future = loop().create_future();
  loop().call_soon([this] { loop().stop(); });
  EXPECT_THROW(run(future), RuntimeError);
  loop().call_soon([&] { future.set_result(); });
  loop().call_later(1s, [this] { loop().stop(); });
  const TimePoint start = loop().time();
  loop().run_forever();
  EXPECT_EQ(loop().time() - start, 1s);
}

// test_run_until_complete_loop_orphan_future_close_loop
TEST_F(EventLoopTest, AFutureWhoseRunWasInterruptedStopsNoLaterRun) {
  loop().call_soon(interrupt);
  EXPECT_THROW(run(sleeps(1s)), KeyboardInterrupt);
  const TimePoint start = loop().time();
  run(sleeps(2s));
  EXPECT_EQ(loop().time() - start, 2s);
}

// test_run_until_complete_baseexception
TEST_F(EventLoopTest, ATaskThatWasInterruptedStopsNoLaterRun) {
  EXPECT_THROW(run(interrupts()), KeyboardInterrupt);
  loop().call_soon([this] {
    loop().call_soon([this] {
      log_.emplace_back("called");
      loop().stop();
    });
  });
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("called"));
}

// test_run_forever_keyboard_interrupt
TEST_F(EventLoopTest, AnInterruptThatWasThrownOnIsNotReportedAgain) {
  collect_reports();
  EXPECT_EQ(stderr_of([this] {
              EXPECT_THROW(run(interrupts()), KeyboardInterrupt);
              loop().close();
            }),
            "");
  EXPECT_THAT(reports_, IsEmpty());
}

// test_run_until_complete_loop
TEST_F(EventLoopTest, TheFutureOfAnotherLoopIsRefused) {
  EventLoop other(virtual_time);
  const Future<> future = loop().create_future();
  EXPECT_EQ(message_of<ValueError>(
                [&] { return other.run_until_complete(future), 0; }),
            "The future belongs to a different loop than the one that runs");
}

// ---- one loop at a time

// test_run_until_complete_nesting
TEST_F(EventLoopTest, CannotRunInsideOfItself) {
  const std::string text = "This event loop is already running";
  run_in_callback([&] {
    EXPECT_EQ(message_of<RuntimeError>([&] { return loop().run_forever(), 0; }),
              text);
    const auto coroutine = [&] { return run(returns(1)); };
    EXPECT_THAT(stderr_of([&] {
                  EXPECT_EQ(message_of<RuntimeError>(coroutine), text);
                }),
                HasSubstr("coroutine 'returns' was never awaited"));
    EXPECT_TRUE(loop().is_running());
  });
}

TEST_F(EventLoopTest, AFutureThatCouldNotBeRunStopsNothing) {
  const Future<> future = loop().create_future();
  run_in_callback([&] { EXPECT_THROW(run(future), RuntimeError); });
  loop().call_soon([&] { future.set_result(); });
  loop().call_later(1s, [this] { loop().stop(); });
  const TimePoint start = loop().time();
  loop().run_forever();
  EXPECT_EQ(loop().time() - start, 1s);
}

// test_running_loop_within_a_loop
TEST_F(EventLoopTest, CannotRunInsideOfAnother) {
  EventLoop other(virtual_time);
  run_in_callback([&] {
    EXPECT_EQ(message_of<RuntimeError>([&] { return other.run_forever(), 0; }),
              "Cannot run the event loop while another loop is running");
    EXPECT_EQ(&get_running_loop(), &loop());
    EXPECT_FALSE(other.is_running());
  });
  other.stop();
  other.run_forever();
}

TEST_F(EventLoopTest, TwoLoopsMayTakeTurns) {
  EventLoop other(virtual_time);
  for (int i = 0; i < 3; ++i) {
    loop().call_soon(note("a"));
    run_turns(1);
    EXPECT_EQ(other.run_until_complete(returns(i)), i);
  }
  EXPECT_THAT(log_, ElementsAre("a", "a", "a"));
}

// ---- close

// test_close, test_add_fds_after_closing
TEST_F(EventLoopTest, AClosedLoopRefusesAllButToBeClosed) {
  const Future<> future = loop().create_future();
  EXPECT_FALSE(loop().is_closed());
  loop().close();
  EXPECT_TRUE(loop().is_closed());
  loop().close();
  const std::vector<std::function<void()>> operations = {
      [&] { loop().run_forever(); },
      [&] { run(future); },
      [&] { loop().call_soon([] {}); },
      [&] { loop().call_soon_threadsafe([] {}); },
      [&] { loop().call_later(1s, [] {}); },
      [&] { loop().call_at(loop().time(), [] {}); },
      [&] { loop().add_reader(0, [] {}); },
      [&] { loop().add_writer(0, [] {}); },
      [&] { loop().add_signal_handler(SIGUSR1, [] {}); },
  };
  for (const auto& operation : operations) {
    EXPECT_EQ(message_of<RuntimeError>([&] { return operation(), 0; }),
              "Event loop is closed");
  }
  EXPECT_FALSE(loop().remove_reader(0));
  EXPECT_FALSE(loop().remove_writer(0));
  EXPECT_FALSE(loop().remove_signal_handler(SIGUSR1));
}

TEST_F(EventLoopTest, AClosedLoopTakesNoTask) {
  loop().close();
  EXPECT_THAT(stderr_of([&] {
                EXPECT_THROW(loop().create_task(returns(1)), RuntimeError);
                EXPECT_THROW(run(returns(1)), RuntimeError);
              }),
              HasSubstr("coroutine 'returns' was never awaited"));
}

TEST_F(EventLoopTest, ALoopThatRunsCannotBeClosed) {
  run_in_callback([&] {
    EXPECT_EQ(message_of<RuntimeError>([&] { return loop().close(), 0; }),
              "Cannot close a running event loop");
  });
  EXPECT_FALSE(loop().is_closed());
  EXPECT_EQ(run(returns(1)), 1);
}

// ---- exceptions that nobody waits for

// test_set_exc_handler_custom
TEST_F(EventLoopTest, WhatACallbackThrowsIsHandledAndTheLoopGoesOn) {
  collect_reports();
  loop().call_soon([] { throw std::runtime_error("no"); });
  loop().call_soon([] { throw CustomError(); });
  loop().call_soon([] { throw CancelledError("cancelled"); });
  loop().call_soon(note("next"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("next"));
  EXPECT_THAT(reports_,
              ElementsAre("Exception in callback: no",
                          "Exception in callback: not a std::exception",
                          "Exception in callback: cancelled"));
}

TEST_F(EventLoopTest, TheHandlerIsGivenTheLoopAndTheException) {
  std::exception_ptr given;
  loop().set_exception_handler(
      [&](EventLoop& of, const ExceptionContext& context) {
        EXPECT_EQ(&of, &loop());
        given = context.exception;
      });
  run_in_callback([] { throw CustomError{7}; });
  ASSERT_TRUE(given);
  try {
    std::rethrow_exception(given);
  } catch (const CustomError& error) {
    EXPECT_EQ(error.number, 7);
  }
}

// test_default_exc_handler_callback
TEST_F(EventLoopTest, WithoutAHandlerItIsToldOnStderr) {
  const auto fail = [this] {
    run_in_callback([] { throw std::runtime_error("no"); });
  };
  EXPECT_EQ(stderr_of(fail), "Exception in callback: no\n");
  collect_reports();
  EXPECT_EQ(stderr_of(fail), "");
  loop().set_exception_handler(nullptr);
  EXPECT_EQ(stderr_of(fail), "Exception in callback: no\n");
}

TEST_F(EventLoopTest, WhatATimerThrowsIsHandledAsWell) {
  collect_reports();
  loop().call_later(-1s, [] { throw std::runtime_error("late"); });
  run_turns(1);
  EXPECT_THAT(reports_, ElementsAre("Exception in callback: late"));
}

// test_set_exc_handler_broken
TEST_F(EventLoopTest, AHandlerThatThrowsIsToldOnStderrWithWhatItWasGiven) {
  loop().set_exception_handler([](EventLoop&, const ExceptionContext&) {
    throw std::runtime_error("spam");
  });
  const std::string said = stderr_of(
      [this] { run_in_callback([] { throw std::runtime_error("no"); }); });
  EXPECT_THAT(said, HasSubstr("Unhandled error in exception handler: spam\n"));
  EXPECT_THAT(said, HasSubstr("Exception in callback: no\n"));
}

TEST_F(EventLoopTest, AHandlerMayReplaceItself) {
  loop().set_exception_handler(
      [this](EventLoop&, const ExceptionContext&) { collect_reports(); });
  run_in_callback([] { throw std::runtime_error("first"); });
  run_in_callback([] { throw std::runtime_error("second"); });
  EXPECT_THAT(reports_, ElementsAre("Exception in callback: second"));
}

// ---- KeyboardInterrupt

TEST_F(EventLoopTest, AnInterruptEndsTheRunAndTheRestIsKeptInItsOrder) {
  loop().call_soon([this] {
    log_.emplace_back("a");
    loop().call_soon(note("next turn"));
  });
  loop().call_soon(interrupt);
  loop().call_soon(note("b"));
  loop().call_soon(note("c"));
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  EXPECT_FALSE(loop().is_running());
  EXPECT_EQ(EventLoop::running(), nullptr);
  EXPECT_THAT(log_, ElementsAre("a"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "c", "next turn"));
}

TEST_F(EventLoopTest, AnInterruptEndsTheRunWhereverItIsThrown) {
  const tests::Pair pair;
  const Future<> future = loop().create_future();
  const std::vector<std::function<void()>> places = {
      [&] { loop().call_soon(interrupt); },
      [&] { loop().call_later(-1s, interrupt); },
      [&] { loop().call_soon_threadsafe(interrupt); },
      [&] { loop().add_writer(pair.fd(), interrupt); },
      [&] {
        loop().remove_writer(pair.fd());
        future.add_done_callback([](const Future<>&) { interrupt(); });
        future.set_result();
      },
  };
  for (const auto& place : places) {
    place();
    EXPECT_THROW(run_turns(1), KeyboardInterrupt);
    EXPECT_FALSE(loop().is_running());
  }
  EXPECT_EQ(run(returns(1)), 1);
}

TEST_F(EventLoopTest, ATaskThatThrowsAnInterruptHasItAsItsException) {
  const Task<> task = loop().create_task(interrupts());
  loop().call_soon(note("kept"));
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  EXPECT_TRUE(task.done());
  EXPECT_FALSE(task.cancelled());
  EXPECT_THROW(task.result(), KeyboardInterrupt);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("kept"));
}

TEST_F(EventLoopTest, AStopThatWasAskedForBeforeAnInterruptIsForgotten) {
  loop().call_soon([this] { loop().stop(); });
  loop().call_soon(interrupt);
  EXPECT_THROW(loop().run_forever(), KeyboardInterrupt);
  loop().call_later(1s, [this] { loop().stop(); });
  const TimePoint start = loop().time();
  loop().run_forever();
  EXPECT_EQ(loop().time() - start, 1s);
}

}  // namespace
}  // namespace asyncio
