// To wait for something, but not for ever. The names in comments are those of
// CPython's tests.
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/children_test.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/asyncio/waiting/shield.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

class WaitForTest : public ChildrenTest {
 protected:
  Future<int> future() { return loop().create_future<int>(); }

  /// Writes down that it runs, and that it does no more.
  Coroutine<std::string> runs(Clock::duration delay) {
    log_.emplace_back("runs");
    try {
      co_await sleep(delay);
    } catch (...) {
      log_.push_back(named(std::current_exception()));
      throw;
    }
    co_return "done";
  }

  /// Goes on for so long, whoever cancels it.
  Coroutine<> slow(Clock::duration duration) {
    const TimePoint end = loop().time() + duration;
    while (loop().time() < end) {
      try {
        co_await sleep(end - loop().time());
      } catch (const CancelledError&) {
        log_.emplace_back("cancelled");
      }
    }
    log_.emplace_back("exited");
  }

  /// Takes a second to clean up after it is cancelled.
  Coroutine<> cleans_up() {
    std::exception_ptr cancelled;
    try {
      co_await sleep(10s);
    } catch (const CancelledError&) {
      cancelled = std::current_exception();
    }
    co_await sleep(1s);
    log_.emplace_back("clean");
    std::rethrow_exception(cancelled);
  }
};

// ---- in time

// test_wait_for_blocking
TEST_F(WaitForTest, WithoutATimeoutItWaitsForEver) {
  EXPECT_EQ(run(wait_for(returns(std::string("done")), std::nullopt)), "done");
  EXPECT_EQ(run(wait_for(sleep(1000h, 1), std::nullopt)), 1);
  EXPECT_EQ(passed(), 1000h);
}

TEST_F(WaitForTest, GivesTheResultIfItComesInTime) {
  EXPECT_EQ(run(wait_for(sleep(1s, 1), 2s)), 1);
  EXPECT_EQ(passed(), 1s);
  EXPECT_TRUE(loop().timers().empty());
}

TEST_F(WaitForTest, ThrowsWhatItFailsWith) {
  const auto failing = [&] {
    return run(wait_for(throws_after(1s, CustomError{3}), 2s));
  };
  EXPECT_EQ(thrown_by(failing), "CustomError: 3");
}

TEST_F(WaitForTest, ACoroutineThatNeedsNotWaitTakesNoTurn) {
  const auto main = []() -> Coroutine<> { co_await wait_for(returns(1), 1s); };
  const Task<> task = start(main());
  run_turns(1);
  EXPECT_TRUE(task.done());
}

TEST_F(WaitForTest, AHundredThousandInARowNeedNoMoreStackThanOne) {
  const auto main = []() -> Coroutine<int> {
    int sum = 0;
    for (int i = 0; i < 100'000; ++i) sum += co_await wait_for(returns(1), 1s);
    co_return sum;
  };
  EXPECT_EQ(run(main()), 100'000);
  EXPECT_TRUE(loop().timers().empty());
}

TEST_F(WaitForTest, ACoroutineRunsInTheTaskThatWaits) {
  const auto names = []() -> Coroutine<std::string> {
    co_return current_task()->get_name();
  };
  const auto main = [&]() -> Coroutine<> {
    const std::string name = co_await wait_for(names(), 1s);
    EXPECT_EQ(name, current_task()->get_name());
  };
  run(main());
}

// test_wait_for_race_condition
TEST_F(WaitForTest, AResultBeforeTheTimeoutWins) {
  const Future<int> soon = future();
  loop().call_soon([&] { soon.set_result(1); });
  EXPECT_EQ(run(wait_for(soon, 200ms)), 1);

  // Here, only just before.
  const Future<int> late = future();
  const Task<int> waiting = start(wait_for(late, 1s));
  run_turns(1);
  loop().call_later(1s - 1ns, [&] { late.set_result(2); });
  EXPECT_EQ(run(waiting), 2);
  EXPECT_EQ(waiting.cancelling(), 0);
}

// Whoever comes first: the task hears of both at once.
TEST_F(WaitForTest, InTheTurnOfTheTimeoutTheResultComesTooLate) {
  for (const bool result_is_first : {false, true}) {
    const Future<int> late = future();
    const auto set_result = [&] { late.set_result(2); };
    if (result_is_first) loop().call_later(1s, set_result);
    const Task<int> waiting = start(wait_for(late, 1s));
    run_turns(1);
    if (!result_is_first) {
      loop().call_later(1s, [&] { EXPECT_TRUE(late.cancelled()); });
    }
    EXPECT_EQ(thrown_by([&] { return run(waiting); }), "TimeoutError");
    EXPECT_EQ(waiting.cancelling(), 0);
    EXPECT_EQ(late.cancelled(), !result_is_first);
  }
}

// ---- too late

// test_wait_for
TEST_F(WaitForTest, AtTheTimeoutItCancelsAndThrowsTimeoutError) {
  const auto task = start(runs(1000h));
  EXPECT_EQ(thrown_by([&] { return run(wait_for(task, 100ms)); }),
            "TimeoutError");
  EXPECT_TRUE(task.cancelled());
  EXPECT_THAT(log_, ElementsAre("runs", "CancelledError"));
  EXPECT_EQ(passed(), 100ms);
}

TEST_F(WaitForTest, AtTheTimeoutItCancelsTheCoroutineToo) {
  const auto main = [&]() -> Coroutine<> {
    try {
      co_await wait_for(runs(1000h), 0.1s);
    } catch (const TimeoutError&) {
      log_.emplace_back("TimeoutError");
    }
    EXPECT_EQ(current_task()->cancelling(), 0);
    co_await sleep(1s);  // no cancellation is left
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("runs", "CancelledError", "TimeoutError"));
  EXPECT_EQ(passed(), 1100ms);
}

// test_asyncio_wait_for_timeout
TEST_F(WaitForTest, WhoIgnoresTheCancellationIsWaitedFor) {
  run(wait_for(slow(200ms), 100ms));
  EXPECT_THAT(log_, ElementsAre("cancelled", "exited"));
  EXPECT_EQ(passed(), 200ms);
}

// test_wait_for_waits_for_task_cancellation
TEST_F(WaitForTest, TheCleanupIsAwaitedBeforeTheTimeoutError) {
  const Task<> task = start(cleans_up());
  EXPECT_EQ(thrown_by([&] { run(wait_for(task, 1s)); }), "TimeoutError");
  EXPECT_THAT(log_, ElementsAre("clean"));
  EXPECT_EQ(passed(), 2s);
}

// test_wait_for_cancel_suppressed, test_wait_for_cancellation_race_condition
TEST_F(WaitForTest, WhatItReturnsInsteadOfBeingCancelledIsTheResult) {
  EXPECT_EQ(run(wait_for(swallows_cancel(), 100ms)), 42);
  EXPECT_EQ(passed(), 100ms);
  const Task<int> task = start(swallows_cancel());
  EXPECT_EQ(run(wait_for(task, 100ms)), 42);
}

// test_wait_for_reraises_exception_during_cancellation
TEST_F(WaitForTest, WhatItThrowsInsteadOfBeingCancelledComesOut) {
  const auto fails = []() -> Coroutine<> {
    try {
      co_await sleep(200ms);
    } catch (const CancelledError&) {
      throw CustomError{7};
    }
  };
  const Task<> task = start(fails());
  EXPECT_EQ(thrown_by([&] { run(wait_for(task, 1ms)); }), "CustomError: 7");
  EXPECT_EQ(thrown_by([&] { run(wait_for(fails(), 1ms)); }), "CustomError: 7");
}

TEST_F(WaitForTest, OfAGatherAllAreCancelled) {
  const auto first = start(runs(1h));
  const auto second = start(runs(2h));
  const auto all = gather(first, second);
  EXPECT_EQ(thrown_by([&] { return run(wait_for(all, 1s)); }), "TimeoutError");
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(second.cancelled());
}

TEST_F(WaitForTest, TheInnerOfTwoTimeoutsMayBeTheShorter) {
  const auto main = [&]() -> Coroutine<> {
    co_await wait_for(wait_for(runs(1h), 1s), 2s);
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_EQ(passed(), 1s);
}

// ---- no time at all

// test_wait_for_timeout_less_then_0_or_0_future_done
TEST_F(WaitForTest, InNoTimeWhatIsDoneGivesItsResult) {
  const Future<int> done = future();
  done.set_result(1);
  EXPECT_EQ(run(wait_for(done, 0s)), 1);
  const Future<int> cancelled = future();
  cancelled.cancel();
  EXPECT_EQ(thrown_by([&] { return run(wait_for(cancelled, 0s)); }),
            "CancelledError");
}

// test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started
TEST_F(WaitForTest, InNoTimeACoroutineDoesNotStart) {
  const std::string said = stderr_of([&] {
    for (const auto limit : {0s, -1s}) {
      EXPECT_EQ(thrown_by([&] { return run(wait_for(runs(1s), limit)); }),
                "TimeoutError");
    }
  });
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_EQ(said, "");
}

// test_wait_for_timeout_less_then_0_or_0
TEST_F(WaitForTest, InNoTimeATaskThatRunsIsCancelled) {
  for (const auto limit : {0s, -1s}) {
    const auto task = start(runs(10s));
    run_turns(1);
    EXPECT_EQ(thrown_by([&] { return run(wait_for(task, limit)); }),
              "TimeoutError");
    EXPECT_TRUE(task.cancelled());
  }
  EXPECT_THAT(log_,
              ElementsAre("runs", "CancelledError", "runs", "CancelledError"));
}

// test_wait_for_waits_for_task_cancellation_w_timeout_0
TEST_F(WaitForTest, InNoTimeTheCleanupIsAwaitedToo) {
  const Task<> task = start(cleans_up());
  run_turns(1);
  EXPECT_EQ(thrown_by([&] { run(wait_for(task, 0s)); }), "TimeoutError");
  EXPECT_THAT(log_, ElementsAre("clean"));
  EXPECT_EQ(passed(), 1s);
}

TEST_F(WaitForTest, InNoTimeWhatComesInsteadOfBeingCancelledComesOut) {
  const Task<int> swallowing = start(swallows_cancel());
  const auto fails = []() -> Coroutine<> {
    try {
      co_await sleep(1s);
    } catch (const CancelledError&) {
      throw CustomError{7};
    }
  };
  const Task<> failing = start(fails());
  run_turns(1);
  EXPECT_EQ(run(wait_for(swallowing, 0s)), 42);
  EXPECT_EQ(thrown_by([&] { run(wait_for(failing, 0s)); }), "CustomError: 7");
}

TEST_F(WaitForTest, InNoTimeTheWaitCanBeCancelledAndCancelsOnce) {
  const Task<> inner = start(cleans_up());
  run_turns(1);
  const Task<> waiting = start(wait_for(inner, 0s));
  run_turns(1);
  EXPECT_EQ(inner.cancelling(), 1);
  waiting.cancel();
  EXPECT_EQ(thrown_by([&] { run(waiting); }), "CancelledError");
  EXPECT_EQ(inner.cancelling(), 1);
  EXPECT_EQ(thrown_by([&] { run(inner); }), "CancelledError");
  EXPECT_THAT(log_, ElementsAre("clean"));
}

TEST_F(WaitForTest, TakesThreeTurnsInNoTime) {
  const auto main = []() -> Coroutine<> { co_await wait_for(returns(1), 0s); };
  const Task<> task = start(main());
  EXPECT_EQ(turns_until_done(task), 4);
  EXPECT_EQ(named(task.exception()), "TimeoutError");
}

// ---- the wait is cancelled

// test_cancel_blocking_wait_for, test_cancel_wait_for
TEST_F(WaitForTest, CancellingItCancelsWhatItWaitsFor) {
  for (const TimeLimit limit : {TimeLimit(), TimeLimit(60s)}) {
    const Future<int> never = future();
    const Task<int> task = start(passes_on(never));
    const Task<int> waiting = start(wait_for(task, limit));
    loop().call_soon([&] { waiting.cancel("enough"); });
    EXPECT_EQ(thrown_by([&] { return run(waiting); }),
              "CancelledError: enough");
    EXPECT_TRUE(task.cancelled());
    EXPECT_TRUE(never.cancelled());
  }
  EXPECT_TRUE(loop().timers().empty());
}

// test_asyncio_wait_for_cancelled
TEST_F(WaitForTest, CancelledItWaitsForWhoIgnoresThat) {
  const Task<> waiting = start(wait_for(slow(200ms), 400ms));
  run_turns(1);
  waiting.cancel();
  const std::vector tasks{waiting};
  run(wait(tasks));
  EXPECT_THAT(log_, ElementsAre("cancelled", "exited"));
  EXPECT_EQ(passed(), 200ms);
}

// test_wait_for_issue86296
TEST_F(WaitForTest, CancelledInTheTurnOfTheInnersEndItIsCancelled) {
  const Task<std::string> inner = start(returns(std::string("done")));
  const auto main = [&]() -> Coroutine<> {
    co_await wait_for(inner, 100s);
    co_await sleep(1s);
    log_.emplace_back("reached the end");
  };
  const Task<> task = start(main());
  run_turns(1);
  EXPECT_TRUE(inner.done());
  task.cancel();
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  EXPECT_EQ(inner.result(), "done");
  EXPECT_THAT(log_, IsEmpty());
}

// ---- with shield

// WaitForShieldTests.test_zero_timeout
TEST_F(WaitForTest, InNoTimeAShieldLeavesTheTaskRunning) {
  const Task<int> task = start(sleep(10ms, 1));
  const Future<int> shielded = in_loop([&] { return shield(task); });
  EXPECT_EQ(thrown_by([&] { return run(wait_for(shielded, 0s)); }),
            "TimeoutError");
  EXPECT_FALSE(task.done());
  EXPECT_TRUE(shielded.cancelled());
  EXPECT_EQ(run(task), 1);
}

// WaitForShieldTests.test_none_timeout
TEST_F(WaitForTest, WithoutATimeoutAShieldChangesNothing) {
  const Task<int> task = start(sleep(100ms, 1));
  const auto main = [&]() -> Coroutine<> {
    co_await wait_for(shield(task), std::nullopt);
  };
  run(main());
  EXPECT_EQ(task.result(), 1);
}

// WaitForShieldTests.test_shielded_timeout
TEST_F(WaitForTest, AShieldKeepsTheTaskFromBeingCancelled) {
  const Task<int> task = start(sleep(100ms, 1));
  const auto main = [&]() -> Coroutine<> {
    co_await wait_for(shield(task), 10ms);
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_FALSE(task.done());
  EXPECT_EQ(run(task), 1);
}

// ---- what it takes, and gives

TEST_F(WaitForTest, ResultsMayBeMoveOnlyReferencesOrNothing) {
  int value = 0;
  const auto main = [&]() -> Coroutine<> {
    const std::unique_ptr<int> made = co_await wait_for(makes(1), 1s);
    EXPECT_THAT(made, Pointee(1));
    int& referred = co_await wait_for(refers_to(value), 1s);
    EXPECT_EQ(&referred, &value);
    co_await wait_for(sleep(500ms), 1s);
    const Counted counted = co_await wait_for(makes_counted(), 1s);
    const Task<std::unique_ptr<int>> task = create_task(makes(2));
    co_await sleep(0s);
    const std::unique_ptr<int> taken = co_await wait_for(task, 0s);
    EXPECT_THAT(taken, Pointee(2));
  };
  run(main());
  EXPECT_EQ(passed(), 500ms);
  EXPECT_EQ(Counted::copies, 0);
}

TEST_F(WaitForTest, TheTimeoutMayBeLongerThanTime) {
  EXPECT_EQ(run(wait_for(sleep(1s, 1), Clock::duration::max())), 1);
  EXPECT_EQ(run(wait_for(sleep(1s, 2), std::chrono::hours::max())), 2);
  EXPECT_EQ(run(wait_for(sleep(1s, 3), 1e300 * 1s)), 3);
  const std::optional<std::chrono::seconds> none;
  EXPECT_EQ(run(wait_for(sleep(1s, 4), none)), 4);
}

TEST_F(WaitForTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const Task<int> task = start(holds(1h));
  const Future<int> never = future();
  start(wait_for(holds(1h), 1h));
  start(wait_for(task, 1h));
  start(wait_for(never, 1h));
  const Task<> slow_to_end = start(cleans_up());
  run_turns(1);
  start(wait_for(slow_to_end, 0s));
  run_turns(3);
  EXPECT_EQ(Counted::alive, 2);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace asyncio
