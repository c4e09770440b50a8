// A semaphore: places that are taken in the order of asking, and never lost.
// The names in the comments are those of CPython's test_locks.SemaphoreTests.
#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!Awaitable<Semaphore&>);  // test_semaphore

class SemaphoreTest : public LoopTest {
 protected:
  Coroutine<> takes(Semaphore& semaphore, std::string name) {
    const tests::Counted counted;
    co_await semaphore.acquire();
    log_.push_back(name);
  }
};

// ---- places

// test_initial_value_zero
TEST_F(SemaphoreTest, MayHaveNoPlaceAtFirst) {
  EXPECT_TRUE(Semaphore(0).locked());
  EXPECT_FALSE(Semaphore().locked());
}

// test_semaphore_value
TEST_F(SemaphoreTest, HasNoFewerPlacesThanNone) {
  const std::string message = "Semaphore initial value must be >= 0";
  EXPECT_EQ(message_of<ValueError>([] { return Semaphore(-1).locked(); }),
            message);
  EXPECT_EQ(
      message_of<ValueError>([] { return BoundedSemaphore(-1).locked(); }),
      message);
}

// test_release_no_waiters
TEST_F(SemaphoreTest, HasAPlaceAgainAfterARelease) {
  Semaphore semaphore;
  run(semaphore.acquire());
  EXPECT_TRUE(semaphore.locked());
  semaphore.release();
  EXPECT_FALSE(semaphore.locked());
}

TEST_F(SemaphoreTest, MayGetMorePlacesThanAtFirst) {
  Semaphore semaphore(0);
  semaphore.release();
  semaphore.release();
  run(semaphore.acquire());
  run(semaphore.acquire());
  EXPECT_TRUE(semaphore.locked());
}

// test_release_not_acquired
TEST_F(SemaphoreTest, ABoundedOneNeverHasMorePlacesThanAtFirst) {
  BoundedSemaphore bounded(2);
  Semaphore& semaphore = bounded;
  run(semaphore.acquire());
  semaphore.release();
  EXPECT_EQ(message_of<ValueError>([&] {
              semaphore.release();
              return 0;
            }),
            "BoundedSemaphore released too many times");
}

TEST_F(SemaphoreTest, APlaceIsTakenWithoutATurnOfTheLoop) {
  collect_reports();
  Semaphore semaphore(2);
  start(takes(semaphore, "a"));
  start(takes(semaphore, "b"));
  start(takes(semaphore, "c"));
  loop().call_soon(note("later"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b", "later"));
}

// test_acquire
TEST_F(SemaphoreTest, WakesAsManyAsThereArePlaces) {
  Semaphore semaphore(3);
  run(semaphore.acquire());
  run(semaphore.acquire());
  EXPECT_FALSE(semaphore.locked());
  for (const char* name : {"1", "2", "3"}) start(takes(semaphore, name));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1"));
  EXPECT_TRUE(semaphore.locked());
  start(takes(semaphore, "4"));
  semaphore.release();
  semaphore.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
  EXPECT_TRUE(semaphore.locked());
  semaphore.release();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4"));
}

// ---- the order

class OrderTest : public SemaphoreTest {
 protected:
  Coroutine<> takes_twice(Semaphore& semaphore, std::string name) {
    for (const char* time : {"_1", "_2"}) {
      co_await semaphore.acquire();
      log_.push_back(name + time);
      co_await sleep(10ms);
      semaphore.release();
    }
  }
  Coroutine<> takes_frees_and_takes(Semaphore& semaphore) {
    co_await takes(semaphore, "2");
    semaphore.release();
    co_await takes(semaphore, "4");
  }
};

// test_acquire_fifo_order
TEST_F(OrderTest, WhoAsksAgainComesAfterThoseWhoWait) {
  Semaphore semaphore(1);
  start(takes_twice(semaphore, "c1"));
  start(takes_twice(semaphore, "c2"));
  const Task<> last = start(takes_twice(semaphore, "c3"));
  run(last);
  EXPECT_THAT(log_,
              ElementsAre("c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2"));
}

// test_acquire_fifo_order_2
TEST_F(OrderTest, WhoAsksAgainInTheSameTurnComesAfterThoseWhoWait) {
  Semaphore semaphore(1);
  start(takes(semaphore, "1"));
  const Task<> last = start(takes_frees_and_takes(semaphore));
  start(takes(semaphore, "3"));
  run_turns(1);
  semaphore.release();
  semaphore.release();
  run(last);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4"));
}

// test_acquire_fifo_order_3
TEST_F(OrderTest, WhoWasCancelledIsLeftOut) {
  Semaphore semaphore(0);
  const Task<> first = start(takes(semaphore, "1"));
  start(takes(semaphore, "2"));
  start(takes(semaphore, "3"));
  run_turns(1);
  first.cancel();
  run_turns(1);
  semaphore.release();
  semaphore.release();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("2", "3"));
}

class FourthTest : public OrderTest {
 protected:
  Coroutine<> takes_and_starts_another() {
    co_await takes(semaphore_, "1");
    start(logs("4"));
  }
  Coroutine<> frees_three_and_takes() {
    for (int i = 0; i < 3; ++i) semaphore_.release();
    EXPECT_TRUE(semaphore_.locked());  // the first is woken, and comes before
    co_await takes(semaphore_, "2");
  }
  Coroutine<> logs(std::string name) {
    log_.push_back(name);
    co_return;
  }

  Semaphore semaphore_{0};
};

// test_acquire_fifo_order_4
TEST_F(FourthTest, WhoGetsAPlaceWakesThoseForWhomThereAreOthers) {
  start(takes_and_starts_another());
  start(frees_three_and_takes());
  start(takes(semaphore_, "3"));
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4"));
}

// ---- those who wait are cancelled

// test_acquire_cancel
TEST_F(SemaphoreTest, WhoIsCancelledDoesNotWaitAnyMore) {
  Semaphore semaphore(0);
  const Task<> task = start(takes(semaphore, "a"));
  loop().call_soon([&] { task.cancel(); });
  EXPECT_THROW(run(task), CancelledError);
  semaphore.release();
  EXPECT_FALSE(semaphore.locked());
}

// test_acquire_cancel_before_awoken
TEST_F(SemaphoreTest, AReleaseIsNotLostOnThoseWhoWereCancelledBefore) {
  Semaphore semaphore(0);
  std::vector<Task<>> tasks;
  for (const char* name : {"1", "2", "3", "4"}) {
    tasks.push_back(start(takes(semaphore, name)));
  }
  run_turns(1);
  tasks[0].cancel();
  tasks[1].cancel();
  semaphore.release();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("3"));
  tasks[3].cancel();
  run_turns(1);
}

// test_acquire_hang
TEST_F(SemaphoreTest, AReleaseIsNotLostOnOneWhoWasCancelledBefore) {
  Semaphore semaphore(0);
  const Task<> first = start(takes(semaphore, "1"));
  start(takes(semaphore, "2"));
  run_turns(1);
  first.cancel();
  semaphore.release();
  run_turns(2);
  EXPECT_TRUE(semaphore.locked());
  EXPECT_THAT(log_, ElementsAre("2"));
}

TEST_F(SemaphoreTest, AReleaseIsNotLostOnOneWhoIsCancelledAfterIt) {
  Semaphore semaphore(0);
  const Task<> first = start(takes(semaphore, "1"));
  start(takes(semaphore, "2"));
  run_turns(1);
  semaphore.release();
  first.cancel();
  run_turns(2);
  EXPECT_TRUE(first.cancelled());
  EXPECT_THAT(log_, ElementsAre("2"));
}

class BlockTest : public SemaphoreTest {
 protected:
  Coroutine<> holds_for_a_turn_and_cancels() {
    {
      const auto held = co_await semaphore_.scoped();
      co_await sleep(0s);
    }
    other_->cancel();
  }
  Coroutine<> holds_and_notes() {
    const auto held = co_await semaphore_.scoped();
    log_.emplace_back("never");
  }

  Semaphore semaphore_{1};
  std::optional<Task<>> other_;
};

// test_acquire_no_hang
TEST_F(BlockTest, APlaceIsNotLostOnOneWhoIsCancelledAfterItWasGivenUp) {
  const Task<> first = start(holds_for_a_turn_and_cancels());
  other_ = start(holds_and_notes());
  run(first);
  EXPECT_THROW(run(*other_), CancelledError);
  EXPECT_FALSE(semaphore_.locked());
  run(semaphore_.acquire());
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(BlockTest, APlaceIsHeldUntilTheEndOfABlock) {
  const Task<> task = start(holds_for_a_turn_and_cancels());
  other_ = task;
  run_turns(1);
  EXPECT_TRUE(semaphore_.locked());
  run_turns(1);
  EXPECT_FALSE(semaphore_.locked());
}

// A place that nobody holds any more is not given back again.
TEST_F(BlockTest, APlaceThatIsReleasedByHandIsNotGivenBackTwice) {
  BoundedSemaphore semaphore(1);
  {
    const auto held = run(semaphore.scoped());
    semaphore.release();
  }
  run(semaphore.acquire());
  EXPECT_TRUE(semaphore.locked());
}

// ---- all at once

Coroutine<> takes_for_a_while(Semaphore& semaphore, int& inside, int& most) {
  const auto held = co_await semaphore.scoped();
  most = std::max(most, ++inside);
  co_await sleep(1s);
  --inside;
}

TEST_F(SemaphoreTest, NeverLetsMoreInThanItHasPlaces) {
  Semaphore semaphore(10);
  int inside = 0;
  int most = 0;
  std::vector<Task<>> tasks;
  for (int i = 0; i < 100; ++i) {
    tasks.push_back(start(takes_for_a_while(semaphore, inside, most)));
  }
  for (const Task<>& task : tasks) run(task);
  EXPECT_EQ(most, 10);
  EXPECT_EQ(loop().time().time_since_epoch(), 10s);
}

TEST_F(SemaphoreTest, LeavesNobodyWhenTheLoopCloses) {
  collect_reports();
  Semaphore semaphore(1);
  int inside = 0;
  int most = 0;
  start(takes_for_a_while(semaphore, inside, most));
  start(takes(semaphore, "a"));
  start(takes(semaphore, "b"));
  run_turns(1);
  semaphore.release();
  close_loop();
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
