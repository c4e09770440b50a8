// To wait for something without being able to cancel it. The names in comments
// are those of CPython's tests.
#include "06_tasks_futures/asyncio/waiting/shield.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/children_test.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

class ShieldTest : public ChildrenTest {
 protected:
  Future<int> future() { return loop().create_future<int>(); }
  template <typename T>
  Future<T> shielded(const Future<T>& inner) {
    return in_loop([&] { return shield(inner); });
  }
};

// ---- it ends as the inner one

// test_shield_result
TEST_F(ShieldTest, HasTheResultOfTheInnerOne) {
  const Future<int> inner = future();
  const Future<int> outer = shielded(inner);
  EXPECT_NE(outer, inner);
  inner.set_result(42);
  EXPECT_EQ(run(outer), 42);
  EXPECT_EQ(inner.result(), 42);
}

// test_shield_exception
TEST_F(ShieldTest, HasTheExceptionOfTheInnerOne) {
  const Future<int> inner = future();
  const Future<int> outer = shielded(inner);
  const std::exception_ptr error =
      std::make_exception_ptr(std::runtime_error("expected"));
  inner.set_exception(error);
  run_turns(1);
  EXPECT_EQ(outer.exception(), error);
  const Future<int> other =
      shielded(loop().create_task(throws_after(0s, CustomError{5})));
  EXPECT_EQ(thrown_by([&] { return run(other); }), "CustomError: 5");
}

// test_shield_cancel_inner
TEST_F(ShieldTest, IsCancelledIfTheInnerOneIs) {
  const Future<int> inner = future();
  const Future<int> outer = shielded(inner);
  inner.cancel("not told");
  run_turns(1);
  EXPECT_TRUE(outer.cancelled());
  EXPECT_EQ(thrown_by([&] { return outer.result(); }), "CancelledError");
}

// test_shield_shortcut
TEST_F(ShieldTest, OfWhatIsDoneIsThatItself) {
  const Future<int> inner = future();
  inner.set_result(42);
  EXPECT_EQ(shield(inner), inner);
}

TEST_F(ShieldTest, TakesThreeTurns) {
  const auto main = []() -> Coroutine<> { co_await shield(returns(1)); };
  EXPECT_EQ(turns_until_done(loop().create_task(main())), 4);
}

// test_shield_coroutine_use_running_loop
TEST_F(ShieldTest, TakesACoroutineOfTheLoopThatRuns) {
  const Future<int> outer = in_loop([] { return shield(returns(42)); });
  EXPECT_EQ(&outer.get_loop(), &loop());
  EXPECT_EQ(run(outer), 42);
}

// test_shield_coroutine_without_loop
TEST_F(ShieldTest, WithoutALoopThatRunsItTakesNoCoroutine) {
  const std::string said = stderr_of([] {
    EXPECT_EQ(thrown_by([] { return shield(returns(42)); }),
              "RuntimeError: no running event loop");
  });
  EXPECT_THAT(said, HasSubstr("was never awaited"));
}

TEST_F(ShieldTest, TakesWhateverCanBeAwaited) {
  const auto main = []() -> Coroutine<> { co_await shield(sleep(1s)); };
  run(main());
  EXPECT_EQ(passed(), 1s);
}

TEST_F(ShieldTest, ResultsMayBeMoveOnlyOrReferences) {
  int value = 0;
  const auto main = [&]() -> Coroutine<> {
    const std::unique_ptr<int> made = co_await shield(makes(1));
    EXPECT_THAT(made, Pointee(1));
    int& referred = co_await shield(refers_to(value));
    EXPECT_EQ(&referred, &value);
    const Counted counted = co_await shield(makes_counted());
  };
  run(main());
  EXPECT_EQ(Counted::copies, 0);
}

// ---- it is cancelled

// test_shield_cancel_outer
TEST_F(ShieldTest, CancelledItLeavesTheInnerOneAlone) {
  const Future<int> inner = future();
  const Future<int> outer = shielded(inner);
  EXPECT_TRUE(outer.cancel("why"));
  EXPECT_TRUE(outer.cancelled());
  run_turns(1);
  EXPECT_FALSE(inner.done());
  EXPECT_EQ(thrown_by([&] { return outer.result(); }), "CancelledError: why");
}

// test_shield_effect
TEST_F(ShieldTest, CancellingWhoAwaitsItLeavesTheInnerOneRunning) {
  const Future<int> waiter = future();
  const auto inner = [&]() -> Coroutine<> {
    co_await waiter;
    log_.emplace_back("inner");
  };
  const auto outer = [&]() -> Coroutine<> {
    co_await shield(inner());
    log_.emplace_back("outer");
  };
  const Task<> task = loop().create_task(outer());
  run_turns(2);
  task.cancel();
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_THAT(log_, IsEmpty());
  waiter.set_result(1);
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("inner"));
}

// test_shield_gather
TEST_F(ShieldTest, ShieldsAllThatAreGathered) {
  const Future<int> child1 = future();
  const Future<int> child2 = future();
  const auto parent = gather(child1, child2);
  const auto outer = in_loop([&] { return shield(parent); });
  outer.cancel();
  run_turns(1);
  EXPECT_TRUE(outer.cancelled());
  child1.set_result(1);
  child2.set_result(2);
  run_turns(1);
  EXPECT_THAT(parent.result(), FieldsAre(1, 2));
}

TEST_F(ShieldTest, AShieldMayBeShielded) {
  const Future<int> inner = future();
  const Future<int> middle = shielded(inner);
  const Future<int> outer = shielded(middle);
  outer.cancel();
  run_turns(2);
  EXPECT_FALSE(middle.done());
  inner.set_result(1);
  EXPECT_EQ(run(middle), 1);
}

TEST_F(ShieldTest, WhatTheInnerOneFailsWithLaterIsReported) {
  collect_reports();
  const auto main = []() -> Coroutine<> {
    co_await shield(throws_after(1s, ValueError("too late")));
  };
  const Task<> task = loop().create_task(main());
  run_turns(2);
  task.cancel();
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  run(sleep(2s, 0));
  EXPECT_THAT(reports_,
              ElementsAre("Task exception was never retrieved: too late"));
}

// Both have ended before either has heard of the other.
TEST_F(ShieldTest, WhatTheInnerOneFailsWithInThatTurnIsNotReported) {
  collect_reports();
  {
    const Future<int> inner = future();
    const Future<int> outer = shielded(inner);
    outer.cancel();
    inner.set_exception(ValueError("unheard"));
    run_turns(1);
  }
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(ShieldTest, WhoFailsInsideIsHeardOutsideAndNotReported) {
  collect_reports();
  {
    const auto main = []() -> Coroutine<> {
      co_await shield(throws(ValueError("heard")));
    };
    EXPECT_EQ(thrown_by([&] { run(main()); }), "ValueError: heard");
  }
  EXPECT_THAT(reports_, IsEmpty());
}

// ---- who keeps whom

TEST_F(ShieldTest, AThousandShieldsOfOneFutureLeaveNothingWithIt) {
  const Future<int> inner = future();
  for (int i = 0; i < 1000; ++i) {
    const Future<int> outer = shielded(inner);
    outer.cancel();
    run_turns(1);
    EXPECT_EQ(outer.state().references(), 1U);
  }
}

TEST_F(ShieldTest, NobodyNeedsToKeepIt) {
  const Future<int> inner = future();
  in_loop([&] {
    shield(inner).add_done_callback([&](const Future<int>& outer) {
      log_.push_back(std::to_string(outer.result()));
    });
  });
  inner.set_result(1);
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("1"));
}

TEST_F(ShieldTest, OfAFutureThatNobodyCanEndItCanBeCancelled) {
  const Future<int> outer = in_loop([&] { return shield(future()); });
  EXPECT_FALSE(outer.done());
  EXPECT_TRUE(outer.cancel());
  run_turns(2);
  EXPECT_TRUE(outer.cancelled());
}

TEST_F(ShieldTest, WhatNobodyCanEndAndNobodyKeepsIsGone) {
  auto outer = in_loop([&] { return shield(loop().create_future<Counted>()); });
  outer.add_done_callback([counted = Counted()](const auto&) {});
  EXPECT_EQ(Counted::alive, 1);
  {
    const auto let_go = std::move(outer);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(ShieldTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const Future<int> never = future();
  const auto main = [&](bool is_task) -> Coroutine<> {
    const Counted counted;
    if (is_task) {
      co_await shield(holds(1h));
    } else {
      co_await shield(never);
    }
  };
  loop().create_task(main(true));
  loop().create_task(main(false));
  const Task<> cancelled = loop().create_task(main(true));
  run_turns(3);
  EXPECT_EQ(Counted::alive, 5);
  cancelled.cancel();
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace asyncio
