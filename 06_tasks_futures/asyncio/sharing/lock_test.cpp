// A lock: who gets it, and when, also when those who wait are cancelled. The
// names in the comments are those of CPython's test_locks.LockTests.
#include "06_tasks_futures/asyncio/sharing/lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LockTest : public LoopTest {
 protected:
  /// Takes the lock, and keeps it.
  Coroutine<> takes(std::string name) {
    const tests::Counted counted;
    co_await lock_.acquire();
    log_.push_back(name);
  }
  /// Takes the lock, and frees it in the same turn.
  Coroutine<> passes(std::string name) {
    co_await takes(name);
    lock_.release();
  }
  /// Holds the lock until `until` is done.
  Coroutine<> holds(Future<> until) {
    const tests::Counted counted;
    const auto held = co_await lock_.scoped();
    co_await until;
  }

  Lock lock_;
};

// ---- taking it

static_assert(!Awaitable<Lock&>);  // test_lock

TEST_F(LockTest, IsFreeAtFirst) {
  EXPECT_FALSE(lock_.locked());
}

TEST_F(LockTest, IsTakenWithoutATurnOfTheLoopIfItIsFree) {
  start(takes("a"));
  loop().call_soon(note("later"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "later"));
  EXPECT_TRUE(lock_.locked());
}

// test_acquire
TEST_F(LockTest, GoesFromOneToTheNextInTheOrderOfAsking) {
  run(lock_.acquire());
  start(takes("a"));
  start(takes("b"));
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  lock_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
  start(takes("c"));
  lock_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b"));
  lock_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
}

TEST_F(LockTest, IsFreeBetweenItsReleaseAndTheNextTurnButNobodyBargesIn) {
  collect_reports();
  run(lock_.acquire());
  start(takes("waits"));
  run_turns(1);
  start(takes("barges in"));  // runs before whom the release wakes
  lock_.release();
  EXPECT_FALSE(lock_.locked());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("waits"));
}

TEST_F(LockTest, MayBeTakenAndFreedManyTimesByManyInTurn) {
  run(lock_.acquire());
  for (int i = 0; i < 5; ++i) start(passes(std::to_string(i)));
  run_turns(1);
  lock_.release();
  run_turns(5);
  EXPECT_THAT(log_, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_FALSE(lock_.locked());
}

Coroutine<int> takes_and_frees(Lock& lock, int times) {
  for (int i = 0; i < times; ++i) {
    co_await lock.acquire();
    lock.release();
  }
  co_return times;
}

TEST_F(LockTest, IsTakenAMillionTimesInARow) {
  EXPECT_EQ(run(takes_and_frees(lock_, 1'000'000)), 1'000'000);
}

// ---- freeing it

// test_release_not_acquired
TEST_F(LockTest, CannotBeReleasedIfNobodyHoldsIt) {
  EXPECT_EQ(message_of<RuntimeError>([&] {
              lock_.release();
              return 0;
            }),
            "Lock is not acquired.");
}

// test_release_no_waiters
TEST_F(LockTest, IsFreeAfterItsReleaseIfNobodyWaits) {
  run(lock_.acquire());
  EXPECT_TRUE(lock_.locked());
  lock_.release();
  EXPECT_FALSE(lock_.locked());
}

TEST_F(LockTest, MayBeReleasedByWhoeverDidNotTakeIt) {
  start(takes("a"));
  start(takes("b"));
  run_turns(1);
  loop().call_soon([this] { lock_.release(); });
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("a", "b"));
}

// ---- those who wait are cancelled

// test_acquire_cancel
TEST_F(LockTest, WhoIsCancelledDoesNotWaitAnyMore) {
  run(lock_.acquire());
  const Task<> task = start(takes("a"));
  loop().call_soon([&] { task.cancel("enough"); });
  EXPECT_EQ(message_of<CancelledError>([&] {
              run(task);
              return 0;
            }),
            "enough");
  EXPECT_TRUE(lock_.locked());
  lock_.release();
  run_turns(2);
  EXPECT_FALSE(lock_.locked());
}

// test_cancel_race
TEST_F(LockTest, IsNotGivenToWhomIsCancelledInTheSameTurn) {
  const Future<> until = loop().create_future();
  const Task<> a = start(holds(until));
  const Task<> b = start(passes("b"));
  const Task<> c = start(passes("c"));
  run_turns(1);
  until.set_result();
  b.cancel();
  run_turns(1);
  EXPECT_FALSE(lock_.locked());
  EXPECT_TRUE(a.done());
  EXPECT_TRUE(b.cancelled());
  run(c);
  EXPECT_THAT(log_, ElementsAre("c"));
}

// test_cancel_release_race
TEST_F(LockTest, OnlyOneGetsItWhenAnotherIsCancelledBeforeTheRelease) {
  collect_reports();
  run(lock_.acquire());
  const Task<> a = start(takes("a"));
  const Task<> b = start(takes("b"));
  const Task<> c = start(takes("c"));
  run_turns(1);
  loop().call_soon([&] {
    a.cancel();
    lock_.release();
  });
  EXPECT_THROW(run(a), CancelledError);
  run_turns(3);
  EXPECT_TRUE(b.done());
  EXPECT_FALSE(c.done());
  EXPECT_THAT(log_, ElementsAre("b"));
}

TEST_F(LockTest, WhoIsCancelledBeforeTheReleaseWakesTheNextInItsOwnTurn) {
  run(lock_.acquire());
  const Task<> a = start(takes("a"));
  start(takes("b"));
  run_turns(1);
  a.cancel();
  lock_.release();
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("b"));
}

// test_finished_waiter_cancelled
TEST_F(LockTest, WhoIsCancelledAfterItWasWokenPassesItOn) {
  run(lock_.acquire());
  const Task<> a = start(takes("a"));
  start(takes("b"));
  run_turns(1);
  lock_.release();
  a.cancel();
  run_turns(1);
  EXPECT_TRUE(a.cancelled());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("b"));
}

TEST_F(LockTest, IsTakenAtOnceIfAllWhoWaitAreCancelled) {
  run(lock_.acquire());
  const Task<> a = start(takes("a"));
  const Task<> b = start(takes("b"));
  run_turns(1);
  start(takes("new"));  // runs before those who are cancelled
  a.cancel();
  b.cancel();
  lock_.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("new"));
  EXPECT_TRUE(a.cancelled() && b.cancelled());
  EXPECT_TRUE(lock_.locked());
}

TEST_F(LockTest, IsLeftToWhoIsCancelledInTheTurnAfterItTookIt) {
  const Task<> task = start(takes("a"));
  run_turns(1);
  EXPECT_FALSE(task.cancel());
  EXPECT_TRUE(lock_.locked());
}

Coroutine<> cancels_itself_and_takes(Lock& lock) {
  current_task()->cancel();
  co_await lock.acquire();
}

TEST_F(LockTest, WhoseCancellationIsStillToComeGetsItIfItIsFree) {
  const Task<> task = start(cancels_itself_and_takes(lock_));
  run_turns(1);
  EXPECT_TRUE(task.cancelled());  // at its end
  EXPECT_TRUE(lock_.locked());
}

TEST_F(LockTest, WhoseCancellationIsStillToComeIsCancelledIfItHasToWait) {
  run(lock_.acquire());
  const Task<> task = start(cancels_itself_and_takes(lock_));
  run_turns(2);
  EXPECT_TRUE(task.cancelled());
  lock_.release();
  EXPECT_FALSE(lock_.locked());
}

// ---- for the time of a block

// test_context_manager
TEST_F(LockTest, IsHeldUntilTheEndOfABlock) {
  const Future<> until = loop().create_future();
  const Task<> task = start(holds(until));
  run_turns(1);
  EXPECT_TRUE(lock_.locked());
  until.set_result();
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_FALSE(lock_.locked());
}

TEST_F(LockTest, IsFreedWhenTheBlockThrows) {
  const Future<> until = loop().create_future();
  const Task<> task = start(holds(until));
  run_turns(1);
  until.set_exception(CustomError{1});
  EXPECT_THROW(run(task), CustomError);
  EXPECT_FALSE(lock_.locked());
}

TEST_F(LockTest, IsFreedWhenTheBlockIsCancelled) {
  const Task<> task = start(holds(loop().create_future()));
  const Task<> next = start(takes("next"));
  run_turns(1);
  task.cancel();
  run(next);
  EXPECT_TRUE(task.cancelled());
  EXPECT_THAT(log_, ElementsAre("next"));
}

TEST_F(LockTest, GoesWithWhatHoldsIt) {
  Lock other;
  std::optional<Held<Lock>> first = run(lock_.scoped());
  Held<Lock> second = std::move(*first);
  first.reset();
  EXPECT_TRUE(lock_.locked());
  second = run(other.scoped());
  EXPECT_FALSE(lock_.locked());
  EXPECT_TRUE(other.locked());
}

// ---- the loop closes

TEST_F(LockTest, NobodyIsLeftWhenTheLoopCloses) {
  collect_reports();
  start(holds(loop().create_future()));
  start(takes("a"));
  start(takes("b"));
  run_turns(1);
  close_loop();
  EXPECT_FALSE(lock_.locked());
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(LockTest, NobodyIsLeftWhenTheLoopClosesAfterARelease) {
  collect_reports();
  run(lock_.acquire());
  start(takes("a"));
  start(takes("b"));
  run_turns(1);
  lock_.release();
  close_loop();
  EXPECT_FALSE(lock_.locked());
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
