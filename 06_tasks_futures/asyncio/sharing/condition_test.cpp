// A condition: who is told, and that a word is never lost. The names in the
// comments are those of CPython's test_locks.ConditionTests.
#include "06_tasks_futures/asyncio/sharing/condition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!Awaitable<Condition&>);

class ConditionTest : public LoopTest {
 protected:
  /// Waits once, and keeps the lock.
  Coroutine<> waits(std::string name) {
    const tests::Counted counted;
    co_await condition_.acquire();
    co_await condition_.wait();
    log_.push_back(name);
  }
  /// Waits once, and frees the lock.
  Coroutine<> passes(std::string name) {
    co_await waits(name);
    condition_.release();
  }
  /// Tells `n`, and frees the lock.
  void tell(int n) {
    run(condition_.acquire());
    condition_.notify(n);
    condition_.release();
  }

  Condition condition_;
};

// ---- to wait, and to be told

// test_wait
TEST_F(ConditionTest, WhoIsToldGoesOnWhenItHasTheLock) {
  for (const char* name : {"1", "2", "3"}) start(waits(name));
  run_turns(1);
  EXPECT_FALSE(condition_.locked());
  run(condition_.acquire());
  condition_.notify();
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  condition_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1"));
  EXPECT_TRUE(condition_.locked());
  condition_.notify(2);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1"));
  condition_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1", "2"));
  condition_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
  EXPECT_TRUE(condition_.locked());
}

// test_notify
TEST_F(ConditionTest, TellsSoManyInTheOrderOfTheirComing) {
  for (const char* name : {"1", "2", "3"}) start(passes(name));
  run_turns(1);
  tell(1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1"));
  run(condition_.acquire());
  condition_.notify(1);
  condition_.notify(2048);
  condition_.release();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
}

// test_notify_all
TEST_F(ConditionTest, TellsAll) {
  for (const char* name : {"1", "2", "3"}) start(passes(name));
  run_turns(1);
  run(condition_.acquire());
  condition_.notify_all();
  condition_.release();
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
}

TEST_F(ConditionTest, TellsNobodyIfThereIsNobodyToBeTold) {
  collect_reports();
  tell(0);
  tell(-1);
  tell(5);
  start(passes("late"));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
}

// test_wait_unacquired
TEST_F(ConditionTest, CannotBeWaitedForWithoutTheLock) {
  EXPECT_EQ(message_of<RuntimeError>([&] {
              run(condition_.wait());
              return 0;
            }),
            "cannot wait on un-acquired lock");
}

// test_notify_unacquired, test_notify_all_unacquired
TEST_F(ConditionTest, CannotTellWithoutTheLock) {
  const std::string message = "cannot notify on un-acquired lock";
  EXPECT_EQ(message_of<RuntimeError>([&] {
              condition_.notify();
              return 0;
            }),
            message);
  EXPECT_EQ(message_of<RuntimeError>([&] {
              condition_.notify_all();
              return 0;
            }),
            message);
}

// ---- to wait until something is so

class ConditionWaitForTest : public ConditionTest {
 protected:
  Coroutine<> waits_until_it_is_so(std::string name) {
    const tests::Counted counted;
    const auto held = co_await condition_.scoped();
    const int result = co_await condition_.wait_for([this] { return so_; });
    log_.push_back(name + " " + std::to_string(result));
  }

  int so_ = 0;
};

// test_wait_for
TEST_F(ConditionWaitForTest, LooksAgainEachTimeItIsTold) {
  start(waits_until_it_is_so("a"));
  run_turns(1);
  tell(1);
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  so_ = 7;
  tell(1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a 7"));
  EXPECT_FALSE(condition_.locked());
}

// test_wait_for_unacquired
TEST_F(ConditionWaitForTest, NeedsNoLockIfItIsSoAlready) {
  EXPECT_EQ(run(condition_.wait_for([] { return 123; })), 123);
  EXPECT_THROW(run(condition_.wait_for([] { return false; })), RuntimeError);
}

TEST_F(ConditionWaitForTest, KeepsWhatItIsGivenUntilItIsSo) {
  const auto so = std::make_shared<bool>(false);
  const auto is_so = [so] { return *so; };
  const Task<bool> task = loop().create_task(
      [](Condition& condition, auto predicate) -> Coroutine<bool> {
        const auto held = co_await condition.scoped();
        co_return co_await condition.wait_for(predicate);
      }(condition_, is_so));
  run_turns(1);
  *so = true;
  tell(1);
  EXPECT_TRUE(run(task));
}

TEST_F(ConditionWaitForTest, ThrowsWhatThePredicateThrowsAndKeepsTheLock) {
  run(condition_.acquire());
  EXPECT_THROW(run(condition_.wait_for([]() -> bool { throw CustomError(); })),
               CustomError);
  EXPECT_TRUE(condition_.locked());
}

// ---- the lock

// test_context_manager, test_explicit_lock
TEST_F(ConditionTest, MayShareALock) {
  Lock lock;
  Condition condition(lock);
  {
    const Held<Lock> held = run(condition.scoped());
    EXPECT_TRUE(lock.locked());
    EXPECT_TRUE(condition.locked());
  }
  EXPECT_FALSE(lock.locked());
  {
    const Held<Lock> held = run(lock.scoped());
    EXPECT_TRUE(condition.locked());
    condition.notify_all();
  }
  EXPECT_FALSE(condition.locked());
}

// ---- cancellation

// test_wait_cancel
TEST_F(ConditionTest, WhoIsCancelledHasTheLockAgain) {
  run(condition_.acquire());
  const Task<> task = start(condition_.wait());
  loop().call_soon([&] { task.cancel(); });
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_TRUE(condition_.locked());
}

// test_wait_cancel_contested
TEST_F(ConditionTest, WhoIsCancelledWaitsForTheLockBeforeItEnds) {
  run(condition_.acquire());
  const Task<> task = start(condition_.wait());
  run_turns(1);
  EXPECT_FALSE(condition_.locked());
  run(condition_.acquire());
  condition_.notify();
  loop().call_soon([&] { task.cancel(); });
  run_turns(5);
  EXPECT_FALSE(task.done());
  condition_.release();
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_TRUE(condition_.locked());
}

// test_wait_cancel_after_notify
TEST_F(ConditionTest, WhoIsCancelledAfterItWasToldIsCancelled) {
  const Task<> task = start(passes("a"));
  run_turns(1);
  run(condition_.acquire());
  condition_.notify();
  run_turns(1);
  task.cancel();
  run_turns(1);
  condition_.release();
  run_turns(1);
  EXPECT_TRUE(task.cancelled());
}

TEST_F(ConditionTest, WhoIsCancelledAgainWhileItWaitsForTheLockStillGetsIt) {
  const Task<> task = start(condition_.acquire());
  run(task);
  const Task<> waits = start(condition_.wait());
  run_turns(1);
  run(condition_.acquire());
  waits.cancel("first");
  run_turns(1);
  waits.cancel("second");
  run_turns(1);
  waits.cancel("third");
  run_turns(1);
  EXPECT_FALSE(waits.done());
  condition_.release();
  EXPECT_EQ(message_of<CancelledError>([&] {
              run(waits);
              return 0;
            }),
            "third");
  EXPECT_TRUE(condition_.locked());
}

class SameErrorTest : public ConditionTest {
 protected:
  /// Writes down what the CancelledError says, and passes it on.
  Coroutine<> tells_its_error() {
    const auto held = co_await condition_.scoped();
    try {
      co_await condition_.wait();
    } catch (const CancelledError& error) {
      caught_ = &error;
      log_.emplace_back(error.what());
      throw;
    }
  }
  const CancelledError* error_of(const Task<>& task) {
    try {
      run(task);
    } catch (const CancelledError& error) {
      return &error;
    }
    return nullptr;
  }

  const CancelledError* caught_ = nullptr;
};

// test_cancelled_error_wakeup
TEST_F(SameErrorTest, ComesOutOfTheWait) {
  const Task<> task = start(tells_its_error());
  run_turns(1);
  task.cancel("foo");
  EXPECT_EQ(error_of(task), caught_);
  EXPECT_THAT(log_, ElementsAre("foo"));
}

// test_cancelled_error_re_aquire
TEST_F(SameErrorTest, ComesOutOfTheWaitForTheLock) {
  const Task<> task = start(tells_its_error());
  run_turns(1);
  run(condition_.acquire());
  condition_.notify();
  run_turns(1);
  task.cancel("foo");
  condition_.release();
  EXPECT_EQ(error_of(task), caught_);
  EXPECT_THAT(log_, ElementsAre("foo"));
}

// ---- no word is lost

class ConsumersTest : public ConditionTest {
 protected:
  /// Takes items until there are fewer than none.
  Coroutine<> consumes() {
    const auto held = co_await condition_.scoped();
    while (true) {
      co_await condition_.wait_for([this] { return items_ != 0; });
      if (items_ < 0) co_return;
      --items_;
    }
  }
  Coroutine<> waits_until_all_are_consumed() {
    co_await condition_.wait_for([this] { return items_ == 0; });
  }
  /// Whether what was produced is consumed, though `first` is cancelled.
  bool is_consumed_though_it_is_cancelled(int turns_before) {
    const Task<> first = start(consumes());
    start(consumes());
    run_turns(1);
    run(condition_.acquire());
    items_ = 1;
    condition_.notify(1);
    run_turns(turns_before);
    first.cancel();
    const Task<> waits = start(waits_until_all_are_consumed());
    run_turns(10);
    collect_reports();  // some are left
    return items_ == 0 && first.cancelled();
  }

  int items_ = 0;
};

// test_cancelled_wakeup
TEST_F(ConsumersTest, AnotherIsToldIfTheOneWhoWasToldIsCancelled) {
  EXPECT_TRUE(is_consumed_though_it_is_cancelled(0));
}

// test_cancelled_wakeup_relock
TEST_F(ConsumersTest, AnotherIsToldIfTheOneWhoWasToldIsCancelledAtTheLock) {
  EXPECT_TRUE(is_consumed_though_it_is_cancelled(1));
}

// ---- the loop closes

TEST_F(ConditionTest, LeavesNobodyWhenTheLoopClosesWhereverTheyStand) {
  collect_reports();
  Condition condition;
  const auto in_a_block = [](Condition& c) -> Coroutine<> {
    const tests::Counted counted;
    const auto held = co_await c.scoped();
    co_await c.wait();
  };
  start(in_a_block(condition));  // will wait for the lock
  start(in_a_block(condition));  // will wait to be told
  start(in_a_block(condition));
  run_turns(1);
  run(condition.acquire());
  condition.notify();
  start(in_a_block(condition));  // waits for the lock for the first time
  run_turns(1);
  close_loop();
  EXPECT_EQ(tests::Counted::alive, 0);
}

}  // namespace
}  // namespace asyncio
