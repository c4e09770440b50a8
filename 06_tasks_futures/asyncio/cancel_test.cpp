// Cancellation: where CancelledError is thrown, who may catch it, and what the
// count of requests is for. The names in comments are CPython's tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Counted;

class CancelTest : public LoopTest {
 protected:
  /// Runs the task to its end, which is to be a cancellation, and gives its
  /// message.
  template <typename T>
  std::string message_of_cancelled(const Task<T>& task) {
    const std::string message = message_of<CancelledError>(
        [&] { return static_cast<void>(run(task)), 0; });
    EXPECT_TRUE(task.done());
    EXPECT_TRUE(task.cancelled());
    EXPECT_FALSE(task.cancel());
    return message;
  }
};

Coroutine<int> sleeps(Clock::duration delay) {
  co_await sleep(delay);
  co_return 12;
}

Coroutine<int> awaits(Future<> future) {
  co_await future;
  co_return 12;
}

// ---- where it is thrown

// test_cancel
TEST_F(CancelTest, IsThrownWhereTheTaskSleeps) {
  const Task<int> task = loop().create_task(sleeps(10s));
  loop().call_soon([&] { task.cancel(); });
  const TimePoint start = loop().time();
  EXPECT_EQ(message_of_cancelled(task), "");
  EXPECT_EQ(loop().time(), start);
}

TEST_F(CancelTest, TheTaskIsNotDoneUntilItHasRun) {
  const Task<int> task = loop().create_task(sleeps(10s));
  run_turns(1);
  EXPECT_TRUE(task.cancel());
  EXPECT_FALSE(task.done());
  EXPECT_FALSE(task.cancelled());
  run_turns(1);
  EXPECT_TRUE(task.cancelled());
}

// test_task_cancel_waiter_future
TEST_F(CancelTest, CancelsTheFutureForWhichTheTaskWaits) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  EXPECT_TRUE(task.cancel());
  EXPECT_TRUE(future.cancelled());
  EXPECT_EQ(message_of_cancelled(task), "");
}

// test_cancel_inner_future
TEST_F(CancelTest, OfTheFutureCancelsTheTaskThatWaitsForIt) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  future.cancel("inner");
  EXPECT_EQ(message_of_cancelled(task), "inner");
  EXPECT_EQ(task.cancelling(), 0);
}

// test_cancel_both_task_and_inner_future
TEST_F(CancelTest, MayCancelTheTaskAndItsFutureInOneTurn) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  future.cancel("future");
  EXPECT_TRUE(task.cancel("task"));
  EXPECT_EQ(message_of_cancelled(task), "future");
}

Coroutine<int> yields_twice() {
  co_await sleep(0s);
  co_await sleep(0s);
  co_return 12;
}

// test_cancel_yield
TEST_F(CancelTest, IsThrownWhereTheTaskOnlyWaitsForItsTurn) {
  const Task<int> task = loop().create_task(yields_twice());
  run_turns(1);
  task.cancel("yield");
  EXPECT_EQ(message_of_cancelled(task), "yield");
}

Coroutine<> awaits_task(Task<int> task, Log& log) {
  try {
    co_await task;
    log.emplace_back("slept in");
  } catch (const CancelledError& error) {
    log.push_back(std::string("cancelled ") + error.what());
  }
}

// test_task_cancel_sleeping_task
TEST_F(CancelTest, OfATaskIsThrownWhereItIsAwaited) {
  const Task<int> sleeper = loop().create_task(sleeps(5000s));
  loop().call_later(100ms, [&] { sleeper.cancel("early"); });
  const TimePoint start = loop().time();
  run(awaits_task(sleeper, log_));
  EXPECT_THAT(log_, ElementsAre("cancelled early"));
  EXPECT_EQ(loop().time() - start, 100ms);
}

// test_cancellation_exception_context, and the other way round: to cancel who
// awaits a task is to cancel that task.
TEST_F(CancelTest, GoesDownFromTaskToTask) {
  const Future<> future = loop().create_future();
  const Task<int> inner = loop().create_task(awaits(future));
  const Task<> outer = loop().create_task(awaits_task(inner, log_));
  run_turns(1);
  EXPECT_TRUE(outer.cancel("outer"));
  EXPECT_TRUE(future.cancelled());
  EXPECT_EQ(inner.cancelling(), 1);
  run(outer);
  EXPECT_TRUE(inner.cancelled());
  EXPECT_FALSE(outer.cancelled());
  EXPECT_THAT(log_, ElementsAre("cancelled outer"));
}

TEST_F(CancelTest, FindsTheWaitHoweverDeepTheChainIs) {
  struct Deep {
    static Coroutine<int> await(int levels, Future<> future) {
      if (levels == 0) co_return co_await awaits(future);
      co_return co_await await(levels - 1, future);
    }
  };
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(Deep::await(10, future));
  run_turns(1);
  task.cancel();
  EXPECT_TRUE(future.cancelled());
  EXPECT_EQ(message_of_cancelled(task), "");
}

// ---- before the first step

Coroutine<> must_not_run(Log& log, Counted /*given*/) {
  log.emplace_back("ran");
  co_return;
}

// test_cancel_with_message_before_starting_task
TEST_F(CancelTest, BeforeTheFirstStepTheBodyNeverRuns) {
  const Task<> task = loop().create_task(must_not_run(log_, Counted()));
  EXPECT_TRUE(task.cancel("my message"));
  EXPECT_FALSE(task.done());
  EXPECT_EQ(message_of_cancelled(task), "my message");
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CancelTest, BeforeTheFirstStepSaysNothingOfCoroutinesNeverAwaited) {
  const Task<> task = loop().create_task(must_not_run(log_, Counted()));
  task.cancel();
  EXPECT_EQ(stderr_of([this] { run_turns(1); }), "");
}

TEST_F(CancelTest, BeforeTheFirstStepCountsAsEnd) {
  const Task<> task = loop().create_task(must_not_run(log_, Counted()));
  task.add_done_callback([this](const Future<>&) { note("done")(); });
  task.cancel();
  run_turns(1);
  EXPECT_THAT(all_tasks(loop()), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("done"));
}

// test_cancelling
TEST_F(CancelTest, OfTwoMessagesTheLastCountsBeforeTheFirstStep) {
  const Task<int> task = loop().create_task(sleeps(10s));
  task.cancel("first");
  EXPECT_TRUE(task.cancel("last"));
  EXPECT_EQ(task.cancelling(), 2);
  EXPECT_EQ(message_of_cancelled(task), "last");
}

TEST_F(CancelTest, OfTwoMessagesTheFirstCountsWhileTheTaskWaits) {
  const Future<> future = loop().create_future();
  for (const auto& task :
       {loop().create_task(sleeps(10s)), loop().create_task(awaits(future))}) {
    run_turns(1);
    task.cancel("first");
    EXPECT_TRUE(task.cancel("last"));
    EXPECT_EQ(task.cancelling(), 2);
    EXPECT_EQ(message_of_cancelled(task), "first");
  }
}

TEST_F(CancelTest, OfTwoMessagesTheLastCountsWhileTheTaskHasItsTurn) {
  const Task<int> task = loop().create_task(yields_twice());
  run_turns(1);
  task.cancel("first");
  task.cancel("last");
  EXPECT_EQ(message_of_cancelled(task), "last");
}

// ---- messages

// test_cancel_with_message_then_future_result, ..._exception
// As in Python, where the task gives away the exception that it ended with.
TEST_F(CancelTest, TheMessageComesOutOfTheTaskToTheFirstWhoAsks) {
  const Task<int> task = loop().create_task(sleeps(10s));
  run_turns(1);
  task.cancel("my message");
  run(awaits_task(task, log_));
  EXPECT_THAT(log_, ElementsAre("cancelled my message"));
  EXPECT_EQ(message_of<CancelledError>([&] { return task.result(); }), "");
  EXPECT_EQ(message_of<CancelledError>([&] { return task.exception(); }), "");
}

// Of a future, it is everybody's.
TEST_F(CancelTest, TheMessageOfAFutureComesToAllWhoAsk) {
  const Future<int> future = loop().create_future<int>();
  future.cancel("my message");
  EXPECT_EQ(message_of<CancelledError>([&] { return future.result(); }),
            "my message");
  EXPECT_EQ(message_of<CancelledError>([&] { return future.exception(); }),
            "my message");
}

Coroutine<> sleeps_and_tells(Log& log, int times) {
  for (int i = 0; i < times; ++i) {
    try {
      co_await sleep(10s);
    } catch (const CancelledError& error) {
      log.push_back(std::string("<") + error.what() + ">");
    }
  }
}

TEST_F(CancelTest, EachCancellationHasItsOwnMessage) {
  const Task<> task = loop().create_task(sleeps_and_tells(log_, 3));
  for (const char* message : {"one", "", "three"}) {
    run_turns(1);
    task.cancel(message);
    run_turns(1);
  }
  run(task);
  EXPECT_THAT(log_, ElementsAre("<one>", "<>", "<three>"));
}

// ---- who catches it

Coroutine<int> returns_42(Future<> first, Future<> second) {
  co_await first;
  try {
    co_await second;
  } catch (const CancelledError&) {
    co_return 42;
  }
  co_return 0;
}

// test_cancel_task_catching
TEST_F(CancelTest, MayBeCaughtAndTheTaskReturnsItsResult) {
  const Future<> first = loop().create_future();
  const Future<> second = loop().create_future();
  const Task<int> task = loop().create_task(returns_42(first, second));
  run_turns(1);
  first.set_result();
  run_turns(1);
  task.cancel();
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(run(task), 42);
  EXPECT_FALSE(task.cancelled());
  EXPECT_EQ(task.cancelling(), 1);
}

Coroutine<int> ignores(Future<> first, Future<int> second) {
  try {
    co_await first;
  } catch (const CancelledError&) {
  }
  co_return co_await second;
}

// test_cancel_task_ignoring
TEST_F(CancelTest, MayBeSwallowedAndTheTaskGoesOn) {
  const Future<> first = loop().create_future();
  const auto second = loop().create_future<int>();
  const Task<int> task = loop().create_task(ignores(first, second));
  run_turns(1);
  task.cancel();
  EXPECT_TRUE(first.cancelled());
  run_turns(1);
  EXPECT_FALSE(task.done());
  second.set_result(42);
  EXPECT_EQ(run(task), 42);
  EXPECT_FALSE(second.cancelled());
  EXPECT_FALSE(task.cancelled());
}

Coroutine<> inner(Future<> waiter, int& proof) {
  try {
    co_await waiter;
  } catch (const CancelledError&) {
    proof += 1;
    throw;
  }
}
Coroutine<> outer(Future<> waiter, int& proof) {
  try {
    co_await inner(waiter, proof);
    proof += 10;
  } catch (const CancelledError&) {
    proof += 100;
  }
}

// test_yield_future_passes_cancel
TEST_F(CancelTest, PassesThroughAChainInWhichEachMayCatchIt) {
  int proof = 0;
  const Future<> waiter = loop().create_future();
  const Task<> task = loop().create_task(outer(waiter, proof));
  run_turns(1);
  task.cancel();
  run(task);
  EXPECT_EQ(proof, 101);
  EXPECT_TRUE(waiter.cancelled());
  EXPECT_FALSE(task.cancelled());
}

template <typename Error>
Coroutine<> replaces(Error error) {
  try {
    co_await sleep(10s);
  } catch (const CancelledError&) {
    throw error;
  }
}

// test_baseexception_during_cancel
TEST_F(CancelTest, AnotherExceptionIsTheTasksInItsPlace) {
  const auto task = loop().create_task(replaces(std::runtime_error("other")));
  run_turns(1);
  task.cancel();
  EXPECT_EQ(message_of<std::runtime_error>([&] { return run(task), 0; }),
            "other");
  EXPECT_FALSE(task.cancelled());
}

TEST_F(CancelTest, AnInterruptInItsPlaceEndsTheRun) {
  const auto task = loop().create_task(replaces(KeyboardInterrupt()));
  run_turns(1);
  task.cancel();
  EXPECT_FALSE(task.done());
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  EXPECT_TRUE(task.done());
  EXPECT_FALSE(task.cancelled());
  EXPECT_TRUE(task.exception());
}

Coroutine<> throws_cancelled(const char* message) {
  throw CancelledError(message);
  co_return;
}

TEST_F(CancelTest, WhoThrowsCancelledErrorIsCancelled) {
  const Task<> task = loop().create_task(throws_cancelled("by itself"));
  EXPECT_EQ(message_of_cancelled(task), "by itself");
  EXPECT_EQ(task.cancelling(), 0);
}

Coroutine<> catches_all_errors(Log& log) {
  try {
    co_await sleep(10s);
  } catch (const std::exception&) {
    log.emplace_back("caught");
  }
}

TEST_F(CancelTest, IsNotCaughtByWhoCatchesAllErrors) {
  const Task<> task = loop().create_task(catches_all_errors(log_));
  run_turns(1);
  task.cancel();
  EXPECT_EQ(message_of_cancelled(task), "");
  EXPECT_THAT(log_, IsEmpty());
}

Coroutine<> holds(Counted /*given*/, Log& log) {
  const Counted own;
  try {
    co_await sleep(10s);
  } catch (const CancelledError&) {
    log.emplace_back("cleaned up");
    throw;
  }
}

TEST_F(CancelTest, UnwindsTheFrames) {
  const Task<> task = loop().create_task(holds(Counted(), log_));
  run_turns(1);
  task.cancel();
  EXPECT_EQ(message_of_cancelled(task), "");
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(log_, ElementsAre("cleaned up"));
}

// ---- a task that cancels itself

Coroutine<int> cancels_itself_and_sleeps(Log& log) {
  current_task()->cancel("self");
  log.emplace_back("goes on");
  co_await sleep(100s);
  log.emplace_back("slept");
  co_return 12;
}

// test_cancel_current_task
TEST_F(CancelTest, OfTheTaskThatRunsIsThrownAtItsNextWait) {
  const auto task = loop().create_task(cancels_itself_and_sleeps(log_));
  const TimePoint start = loop().time();
  EXPECT_EQ(message_of_cancelled(task), "self");
  EXPECT_THAT(log_, ElementsAre("goes on"));
  EXPECT_EQ(loop().time(), start);
}

Coroutine<int> cancels_itself_and_returns(Counted counted) {
  static_cast<void>(counted);
  current_task()->cancel("self");
  co_return 12;
}

// test_cancel_at_end
TEST_F(CancelTest, OfTheTaskThatRunsIsItsEndIfItReturnsWithoutAWait) {
  const auto task = loop().create_task(cancels_itself_and_returns(Counted()));
  EXPECT_EQ(message_of_cancelled(task), "self");
  EXPECT_EQ(message_of<CancelledError>([&] { return task.result(); }), "self");
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<int> cancels_itself_and_fails() {
  current_task()->cancel();
  throw CustomError();
  co_return 0;
}

TEST_F(CancelTest, OfTheTaskThatRunsIsLostIfItFailsWithoutAWait) {
  const auto task = loop().create_task(cancels_itself_and_fails());
  EXPECT_THROW(run(task), CustomError);
  EXPECT_FALSE(task.cancelled());
}

Coroutine<int> cancels_itself_and_awaits(Future<> done) {
  current_task()->cancel();
  co_await done;
  co_return 12;
}

TEST_F(CancelTest, IsNotThrownWhereNobodyHasToWait) {
  const Future<> done = loop().create_future();
  done.set_result();
  const auto task = loop().create_task(cancels_itself_and_awaits(done));
  EXPECT_EQ(message_of_cancelled(task), "");
}

Coroutine<int> cancels_itself_and_yields() {
  current_task()->cancel("self");
  co_await sleep(0s);
  co_return 12;
}

TEST_F(CancelTest, IsThrownWhenTheTurnHasCome) {
  const auto task = loop().create_task(cancels_itself_and_yields());
  EXPECT_EQ(message_of_cancelled(task), "self");
}

Coroutine<> nests(std::optional<Task<int>>& nested, Future<> future) {
  nested = create_task(awaits(future));
  co_await sleep(0s);
  current_task()->cancel();
  co_await *nested;
}

// test_cancel_awaited_task
TEST_F(CancelTest, OfTheTaskThatRunsReachesTheTaskThatItThenAwaits) {
  std::optional<Task<int>> nested;
  const Future<> future = loop().create_future();
  const Task<> task = loop().create_task(nests(nested, future));
  EXPECT_EQ(message_of_cancelled(task), "");
  EXPECT_TRUE(nested->cancelled());
  EXPECT_TRUE(future.cancelled());
}

// ---- between the end of the wait and the step

TEST_F(CancelTest, ComesInTimeIfTheFutureIsDoneButTheTaskHasNotRun) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  future.set_result();
  EXPECT_TRUE(task.cancel("late"));
  EXPECT_EQ(message_of_cancelled(task), "late");
  EXPECT_FALSE(future.cancelled());
}

TEST_F(CancelTest, TakesThePlaceOfAFailureThatHasNotBeenThrown) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  future.set_exception(CustomError());
  EXPECT_TRUE(task.cancel("late"));
  EXPECT_EQ(message_of_cancelled(task), "late");
}

TEST_F(CancelTest, ComesInTimeIfTheSleepIsOverButTheTaskHasNotRun) {
  const Task<int> task = loop().create_task(sleeps(1s));
  run_turns(1);
  // The timer is due first; the task runs in the turn after it.
  loop().call_later(1s, [&] { EXPECT_TRUE(task.cancel("late")); });
  EXPECT_EQ(message_of_cancelled(task), "late");
}

TEST_F(CancelTest, ComesInTimeIfTheTimeHasComeButTheTimerHasNotRun) {
  std::optional<Task<int>> task;
  loop().call_later(1s, [&] { EXPECT_TRUE(task->cancel("early")); });
  task = loop().create_task(sleeps(1s));
  EXPECT_EQ(message_of_cancelled(*task), "early");
}

TEST_F(CancelTest, OfATaskThatIsDoneDoesNothing) {
  const Task<int> task = loop().create_task(sleeps(0s));
  EXPECT_EQ(run(task), 12);
  EXPECT_FALSE(task.cancel());
  EXPECT_EQ(task.cancelling(), 0);
  EXPECT_FALSE(task.cancelled());
  EXPECT_EQ(task.result(), 12);
}

TEST_F(CancelTest, MayBeAskedForWhileTheLoopDoesNotRun) {
  const Task<int> task = loop().create_task(sleeps(10s));
  run_turns(2);
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(message_of_cancelled(task), "");
}

// ---- cancelling, uncancel

Coroutine<> uncancels() {
  try {
    co_await sleep(10s);
  } catch (const CancelledError&) {
    EXPECT_EQ(current_task()->uncancel(), 0);
  }
  co_await sleep(10s);
}

// test_uncancel_basic
TEST_F(CancelTest, IsTakenBackByUncancel) {
  const Task<> task = loop().create_task(uncancels());
  run_turns(1);
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(task.cancelling(), 1);
  EXPECT_FALSE(task.cancelled());
  run_turns(1);
  EXPECT_EQ(task.cancelling(), 0);
  EXPECT_FALSE(task.cancelled());
  EXPECT_TRUE(task.cancel());
  EXPECT_EQ(task.cancelling(), 1);
  EXPECT_EQ(message_of_cancelled(task), "");
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_TRUE(task.cancelled());
}

// test_uncancel_resets_must_cancel
TEST_F(CancelTest, IsDroppedByUncancelIfItHasNotBeenThrown) {
  const Future<> future = loop().create_future();
  const Task<int> task = loop().create_task(awaits(future));
  run_turns(1);
  future.set_result();
  task.cancel();
  EXPECT_EQ(task.cancelling(), 1);
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_EQ(run(task), 12);
}

TEST_F(CancelTest, IsDroppedByUncancelBeforeTheFirstStep) {
  const Task<int> task = loop().create_task(sleeps(0s));
  task.cancel();
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_EQ(run(task), 12);
}

TEST_F(CancelTest, IsOnlyDroppedWhenAllAreTakenBack) {
  const Task<int> task = loop().create_task(sleeps(0s));
  task.cancel();
  task.cancel();
  EXPECT_EQ(task.uncancel(), 1);
  EXPECT_EQ(message_of_cancelled(task), "");
}

TEST_F(CancelTest, CannotBeTakenBackMoreOftenThanItWasAskedFor) {
  const Task<int> task = loop().create_task(sleeps(0s));
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_EQ(task.cancelling(), 0);
  EXPECT_EQ(run(task), 12);
}

// A wait that has been cancelled stays so: uncancel does not reach it.
TEST_F(CancelTest, IsThrownThoughItWasTakenBackWhereTheWaitHasEnded) {
  const Task<int> task = loop().create_task(sleeps(10s));
  run_turns(1);
  task.cancel("thrown");
  EXPECT_EQ(task.uncancel(), 0);
  EXPECT_EQ(message_of_cancelled(task), "thrown");
}

/// What a block with a time limit does by hand.
struct TimedOut {
  bool timed_out = false;
  bool block_finished = false;
  bool is_outside = false;
};

Coroutine<> runs_block(Clock::duration delay, Clock::duration limit,
                       TimedOut& seen) {
  const AnyTask task = *current_task();
  const TimerHandle timer = get_running_loop().call_later(limit, [&seen, task] {
    seen.timed_out = true;
    task.cancel();
  });
  std::exception_ptr cancelled;
  try {
    co_await sleep(delay);
    seen.block_finished = true;
  } catch (const CancelledError&) {
    cancelled = std::current_exception();
  }
  timer.cancel();
  const bool is_ours = seen.timed_out && task.uncancel() == 0;
  if (cancelled && !is_ours) std::rethrow_exception(cancelled);
}

Coroutine<TimedOut> has_a_time_limit(Clock::duration delay,
                                     Clock::duration limit) {
  TimedOut seen;
  co_await runs_block(delay, limit, seen);
  seen.is_outside = true;
  co_await sleep(0s);
  co_return seen;
}

// test_uncancel_structured_blocks
TEST_F(CancelTest, MayEndABlockAndNotWhatComesAfterIt) {
  const auto late = loop().create_task(has_a_time_limit(10s, 100ms));
  const TimedOut timed_out = run(late);
  EXPECT_TRUE(timed_out.timed_out);
  EXPECT_FALSE(timed_out.block_finished);
  EXPECT_TRUE(timed_out.is_outside);
  EXPECT_EQ(late.cancelling(), 0);

  const auto early = loop().create_task(has_a_time_limit(0s, 10s));
  const TimedOut in_time = run(early);
  EXPECT_FALSE(in_time.timed_out);
  EXPECT_TRUE(in_time.block_finished);
  EXPECT_TRUE(in_time.is_outside);
  EXPECT_EQ(early.cancelling(), 0);
}

// ---- tasks that wait for each other

Coroutine<> awaits_the_other(std::optional<Task<>>& other) {
  co_await *other;
}

// CPython throws a RecursionError, which is a RuntimeError.
TEST_F(CancelTest, IsRefusedWhereTasksWaitForEachOther) {
  collect_reports();
  std::optional<Task<>> a;
  std::optional<Task<>> b;
  a = loop().create_task(awaits_the_other(b), "a");
  b = loop().create_task(awaits_the_other(a), "b");
  run_turns(1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(message_of<RuntimeError>([&] { return a->cancel(); }),
              "Tasks that wait for each other cannot be cancelled");
  }
  run_turns(1);
  EXPECT_FALSE(a->done());
  loop().close();
  EXPECT_EQ(reports_.size(), 2U);
}

Coroutine<> cancels_itself_and_awaits_the_other(std::optional<Task<>>& other) {
  current_task()->cancel();
  co_await *other;
}

TEST_F(CancelTest, OfTheTaskThatRunsMayCloseACircle) {
  collect_reports();
  std::optional<Task<>> a;
  std::optional<Task<>> b;
  a = loop().create_task(awaits_the_other(b), "a");
  b = loop().create_task(cancels_itself_and_awaits_the_other(a), "b");
  run_turns(3);
  EXPECT_FALSE(a->done());
  EXPECT_FALSE(b->done());
  loop().close();
  EXPECT_EQ(reports_.size(), 2U);
}

// ---- waits of one's own

/// Something to wait for that will not be cancelled.
class Stubborn final : public Waited {
 public:
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    task = &task_of(self.promise());
    task->wait_for(*this);
  }
  void await_resume() const { task->throw_if_cancelled(); }

  bool cancel(const std::string& message) override {
    messages.push_back(message);
    return false;
  }

  TaskBase* task = nullptr;
  std::vector<std::string> messages;
};

Coroutine<> awaits_stubborn(Stubborn& stubborn) {
  co_await stubborn;
}

TEST_F(CancelTest, IsThrownAtTheEndOfAWaitThatWillNotBeCancelled) {
  Stubborn stubborn;
  const Task<> task = loop().create_task(awaits_stubborn(stubborn));
  run_turns(1);
  EXPECT_TRUE(task.cancel("one"));
  EXPECT_TRUE(task.cancel("two"));
  run_turns(1);
  EXPECT_FALSE(task.done());
  EXPECT_THAT(stubborn.messages, ElementsAre("one", "two"));
  stubborn.task->wake();
  EXPECT_EQ(message_of_cancelled(task), "two");
}

}  // namespace
}  // namespace asyncio
