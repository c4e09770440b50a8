// To wait for several futures, which stay as they are. The names in comments
// are those of CPython's tests.
#include "06_tasks_futures/asyncio/waiting/wait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/children_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;
using enum ReturnWhen;

Coroutine<> sleeps(Clock::duration delay) {
  co_await sleep(delay);
}

class WaitTest : public ChildrenTest {};

// ---- all

// test_wait
TEST_F(WaitTest, WaitsForAll) {
  const Task<> a = start(sleeps(100ms));
  const Task<> b = start(sleeps(150ms));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{b, a};
    const auto [done, pending] = co_await wait(tasks);
    EXPECT_THAT(done, ElementsAre(b, a));
    EXPECT_THAT(pending, IsEmpty());
  };
  run(main());
  EXPECT_EQ(passed(), 150ms);
  run(main());  // it takes no time again
  EXPECT_EQ(passed(), 150ms);
}

// test_wait_duplicate_coroutines
TEST_F(WaitTest, WhatIsGivenTwiceIsThereOnce) {
  const auto c = start(returns(std::string("test")));
  const auto spam = start(returns(std::string("spam")));
  const std::vector tasks{c, c, spam, c};
  const auto [done, pending] = run(wait(tasks));
  EXPECT_THAT(pending, IsEmpty());
  EXPECT_THAT(done, ElementsAre(c, spam));
}

// test_wait_with_exception
TEST_F(WaitTest, ThrowsNothingOfTheirs) {
  const Task<int> a = start(sleep(100ms, 1));
  const Task<int> b = start(throws_after(150ms, ValueError("really")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{b, a};
    const auto [done, pending] = co_await wait(tasks);
    EXPECT_THAT(done, ElementsAre(b, a));
    EXPECT_THAT(pending, IsEmpty());
    EXPECT_EQ(named(done[0].exception()), "ValueError: really");
    EXPECT_EQ(done[1].result(), 1);
  };
  run(main());
  run(main());
  EXPECT_EQ(passed(), 150ms);
}

TEST_F(WaitTest, ExceptionsThatNobodyAsksForAreReported) {
  collect_reports();
  const auto main = []() -> Coroutine<> {
    const std::vector tasks{create_task(throws(ValueError("unheard")))};
    co_await wait(tasks);
  };
  run(main());
  EXPECT_THAT(reports_,
              ElementsAre("Task exception was never retrieved: unheard"));
}

TEST_F(WaitTest, TakesFuturesOfSeveralTypesAsAnyFutures) {
  const Task<int> a = start(returns(1));
  const Future<std::string> b = loop().create_future<std::string>();
  const std::vector<AnyFuture> futures{a, b};
  const auto [done, pending] = run(wait(futures, {.timeout = 1s}));
  EXPECT_THAT(done, ElementsAre(AnyFuture(a)));
  EXPECT_THAT(pending, ElementsAre(AnyFuture(b)));
}

TEST_F(WaitTest, ResultsMayBeMoveOnly) {
  const auto makes = [](int value) -> Coroutine<std::unique_ptr<int>> {
    co_return std::make_unique<int>(value);
  };
  const std::vector tasks{start(makes(1)), start(makes(2))};
  const auto [done, pending] = run(wait(tasks));
  EXPECT_THAT(done[0].result(), Pointee(1));
  EXPECT_THAT(done[1].result(), Pointee(2));
}

// test_wait_errors, test_wait_invalid_args
TEST_F(WaitTest, ForNothingIsRefused) {
  EXPECT_EQ(thrown_by([&] { return run(wait(std::vector<Task<>>())); }),
            "ValueError: Set of Tasks/Futures is empty.");
}

// ---- the first

// test_wait_first_completed
TEST_F(WaitTest, FirstCompletedReturnsAtTheFirstAndTheRestRunsOn) {
  const Task<> a = start(sleeps(10s));
  const Task<> b = start(sleeps(100ms));
  const std::vector tasks{b, a};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_completed}));
  EXPECT_THAT(done, ElementsAre(b));
  EXPECT_THAT(pending, ElementsAre(a));
  EXPECT_EQ(passed(), 100ms);
  run(wait(pending));
  EXPECT_EQ(passed(), 10s);
}

// test_wait_really_done
TEST_F(WaitTest, WhateverIsReallyDoneByThenIsInDone) {
  const auto turns = [](int n) -> Coroutine<> {
    for (int i = 0; i < n; ++i) co_await sleep(0s);
  };
  const Task<> a = start(turns(1));
  const Task<> b = start(turns(2));
  const std::vector tasks{b, a};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_completed}));
  EXPECT_THAT(done, ElementsAre(b, a));
  EXPECT_THAT(pending, IsEmpty());
}

// Its callback is still to be called when the wait is over.
TEST_F(WaitTest, WhoEndsWhileItReturnsTroublesNobody) {
  const Future<int> a = loop().create_future<int>();
  const Future<int> b = loop().create_future<int>();
  const auto main = [&]() -> Coroutine<> {
    const std::vector futures{a, b};
    const auto [done, pending] =
        co_await wait(futures, {.return_when = first_completed});
    EXPECT_THAT(done, ElementsAre(a, b));
  };
  const Task<> task = start(main());
  run_turns(1);
  a.set_result(1);
  loop().call_soon([&] { b.set_result(2); });
  run_turns(1);
  EXPECT_FALSE(task.done());
  run_turns(1);
  EXPECT_TRUE(task.done());
  run_turns(1);
}

// ---- the first exception

// test_wait_first_exception
TEST_F(WaitTest, FirstExceptionDoesNotWaitIfOneHasFailed) {
  const Task<int> a = start(sleep(10s, 0));
  const Task<int> b = start(throws(ValueError("err")));
  const std::vector tasks{b, a};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_exception}));
  EXPECT_THAT(done, ElementsAre(b));
  EXPECT_THAT(pending, ElementsAre(a));
  EXPECT_EQ(passed(), 0s);
  run(wait(pending));
}

// test_wait_first_exception_in_wait
TEST_F(WaitTest, FirstExceptionReturnsAtTheFirstException) {
  const Task<int> a = start(sleep(10s, 0));
  const Task<int> b = start(throws_after(10ms, ValueError("err")));
  const Task<int> c = start(sleep(5ms, 0));
  const std::vector tasks{b, c, a};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_exception}));
  EXPECT_THAT(done, ElementsAre(b, c));
  EXPECT_THAT(pending, ElementsAre(a));
  EXPECT_EQ(passed(), 10ms);
  run(wait(pending));
}

TEST_F(WaitTest, FirstExceptionWithoutExceptionsWaitsForAll) {
  const std::vector tasks{start(sleep(1s, 0)), start(sleep(2s, 0))};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_exception}));
  EXPECT_EQ(done, tasks);
  EXPECT_EQ(passed(), 2s);
}

TEST_F(WaitTest, ToBeCancelledIsNoException) {
  const Task<> a = start(sleeps(10s));
  const Task<> b = start(sleeps(20s));
  a.cancel();
  const std::vector tasks{a, b};
  const auto [done, pending] =
      run(wait(tasks, {.return_when = first_exception}));
  EXPECT_EQ(done, tasks);
  EXPECT_TRUE(a.cancelled());
  EXPECT_EQ(passed(), 20s);
}

// ---- a timeout

// test_wait_with_timeout
TEST_F(WaitTest, AtTheTimeoutItGivesWhatIsDoneAndCancelsNothing) {
  const Task<> a = start(sleeps(100ms));
  const Task<> b = start(sleeps(150ms));
  const std::vector tasks{b, a};
  const auto [done, pending] = run(wait(tasks, {.timeout = 110ms}));
  EXPECT_THAT(done, ElementsAre(a));
  EXPECT_THAT(pending, ElementsAre(b));
  EXPECT_EQ(passed(), 110ms);
  run(b);
  EXPECT_FALSE(b.cancelled());
}

// test_wait_concurrent_complete
TEST_F(WaitTest, WhoEndsAtTheTimeoutIsDone) {
  const Task<> a = start(sleeps(100ms));
  const Task<> b = start(sleeps(150ms));
  const std::vector tasks{b, a};
  const auto [done, pending] = run(wait(tasks, {.timeout = 100ms}));
  EXPECT_THAT(done, ElementsAre(a));
  EXPECT_THAT(pending, ElementsAre(b));
  EXPECT_EQ(passed(), 100ms);
  run(b);
}

TEST_F(WaitTest, ATimeoutThatIsNotNeededIsForgotten) {
  const std::vector tasks{start(sleeps(1s))};
  run(wait(tasks, {.timeout = 1h}));
  EXPECT_EQ(passed(), 1s);
  EXPECT_TRUE(loop().timers().empty());
}

TEST_F(WaitTest, ATimeoutMayHaveAFractionOrBeOver) {
  const Task<> task = start(sleeps(1h));
  const std::vector tasks{task};
  run(wait(tasks, {.timeout = 0.25s}));
  EXPECT_EQ(passed(), 250ms);
  run(wait(tasks, {.timeout = 0s}));
  const auto [done, pending] = run(wait(tasks, {.timeout = -1s}));
  EXPECT_EQ(passed(), 250ms);
  EXPECT_THAT(pending, ElementsAre(task));
  EXPECT_EQ(thrown_by([] { return TimeLimit(0.0s / 0.0); }),
            "ValueError: expected a duration, got nan");
  task.cancel();
  run_turns(2);
}

// ---- how long it takes

TEST_F(WaitTest, TakesThreeTurnsAndTwoIfAllAreDone) {
  const auto of_task = []() -> Coroutine<> {
    const std::vector tasks{create_task(returns(1))};
    co_await wait(tasks);
  };
  EXPECT_EQ(turns_until_done(start(of_task())), 4);
  const auto of_done = []() -> Coroutine<> {
    const std::vector futures{get_running_loop().create_future<int>()};
    futures[0].set_result(1);
    co_await wait(futures);
  };
  EXPECT_EQ(turns_until_done(start(of_done())), 3);
}

// ---- its own end

// test_yield_wait_does_not_shield_cancel
TEST_F(WaitTest, CancelledItLeavesThemRunning) {
  const Future<int> waiter = loop().create_future<int>();
  const auto inner = [&]() -> Coroutine<> {
    co_await waiter;
    log_.emplace_back("inner");
  };
  const auto outer = [&]() -> Coroutine<> {
    const std::vector tasks{create_task(inner())};
    co_await wait(tasks);
    log_.emplace_back("outer");
  };
  const Task<> task = start(outer());
  run_turns(2);
  task.cancel("enough");
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError: enough");
  waiter.set_result(1);
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("inner"));
}

TEST_F(WaitTest, NothingOfItStaysWithTheFutures) {
  const Future<Counted> future = loop().create_future<Counted>();
  const std::vector futures{future};
  for (int i = 0; i < 100; ++i) run(wait(futures, {.timeout = 1s}));
  EXPECT_EQ(future.state().references(), 2U);
}

TEST_F(WaitTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const Future<int> never = loop().create_future<int>();
  const Task<int> task = start(holds(1h));
  const auto main = [&](WaitOptions options) -> Coroutine<> {
    const Counted counted;
    const std::vector<AnyFuture> futures{never, task};
    co_await wait(futures, options);
  };
  start(main({}));
  start(main({.timeout = 1h}));
  const Task<> returning = start(main({.return_when = first_completed}));
  run_turns(2);
  EXPECT_EQ(Counted::alive, 4);
  never.set_result(1);
  run_turns(1);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(returning.done());
}

template <typename T>
concept Waitable = requires(T futures) { wait(futures); };

static_assert(Waitable<std::vector<Task<int>>>);
static_assert(Waitable<std::vector<Future<>>>);
static_assert(Waitable<std::vector<AnyFuture>>);
static_assert(Waitable<std::vector<AnyTask>>);
// "Passing coroutines is forbidden, use tasks explicitly."
static_assert(!Waitable<std::vector<Coroutine<int>>>);
static_assert(!Waitable<Future<int>> && !Waitable<Coroutine<int>>);

}  // namespace
}  // namespace asyncio
