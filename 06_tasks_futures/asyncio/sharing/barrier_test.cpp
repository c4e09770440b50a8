// A barrier: all pass together, and what reset and abort do to those who wait,
// who leave and who come. The names in the comments are those of CPython's
// test_locks.BarrierTests.
#include "06_tasks_futures/asyncio/sharing/barrier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

static_assert(!Awaitable<Barrier&>);  // test_barrier

constexpr int k_parties = 5;

class BarrierTest : public LoopTest {
 protected:
  /// Waits, and says which it was, or that the barrier was broken.
  Coroutine<> waits(Barrier& barrier) {
    const tests::Counted counted;
    bool is_broken = false;
    try {
      const int index = co_await barrier.wait();
      log_.push_back(std::to_string(index));
    } catch (const BrokenBarrierError&) {
      is_broken = true;
    }
    if (is_broken) log_.emplace_back("broken");
  }
  void run_all(const std::vector<Task<>>& tasks) {
    for (const Task<>& task : tasks) run(task);
  }
  /// So many of a test's own coroutine, until all have ended.
  template <typename Test>
  void run_all(int n, Coroutine<> (Test::*coroutine)()) {
    run_all(start_all(n, coroutine));
  }
  template <typename Test>
  std::vector<Task<>> start_all(int n, Coroutine<> (Test::*coroutine)()) {
    std::vector<Task<>> tasks;
    for (int i = 0; i < n; ++i) {
      tasks.push_back(start((static_cast<Test*>(this)->*coroutine)()));
    }
    return tasks;
  }
  void expect_usable() {
    EXPECT_EQ(barrier_.n_waiting(), 0);
    EXPECT_FALSE(barrier_.broken());
    log_.clear();
    std::vector<Task<>> tasks;
    for (int i = 0; i < k_parties; ++i) tasks.push_back(start(waits(barrier_)));
    run_all(tasks);
    EXPECT_THAT(log_, UnorderedElementsAre("0", "1", "2", "3", "4"));
  }

  Barrier barrier_{k_parties};
};

// ---- filling

// test_barrier_parties
TEST_F(BarrierTest, HasAtLeastOneParty) {
  EXPECT_EQ(message_of<ValueError>([] { return Barrier(0).parties(); }),
            "parties must be > 0");
  EXPECT_THROW(static_cast<void>(Barrier(-4).parties()), ValueError);
  EXPECT_EQ(Barrier(3).parties(), 3);
}

// test_context_manager, test_filling_tasks_check_return_value
TEST_F(BarrierTest, GivesEachHowManyCameBefore) {
  expect_usable();
  EXPECT_EQ(log_.front(), "4");  // the last to come need not wait
  expect_usable();
}

// test_filling_one_task, test_filling_one_task_twice
TEST_F(BarrierTest, OfOnePartyLetsItPassAtOnce) {
  Barrier barrier(1);
  for (int i = 0; i < 2; ++i) {
    start(waits(barrier));
    run_turns(1);
    EXPECT_EQ(barrier.n_waiting(), 0);
  }
  EXPECT_THAT(log_, ElementsAre("0", "0"));
}

// test_filling_task_by_task
TEST_F(BarrierTest, CountsThoseWhoWait) {
  Barrier barrier(3);
  for (int i = 1; i < 3; ++i) {
    start(waits(barrier));
    run_turns(1);
    EXPECT_EQ(barrier.n_waiting(), i);
    EXPECT_THAT(log_, IsEmpty());
  }
  start(waits(barrier));
  run_turns(1);
  EXPECT_EQ(barrier.n_waiting(), 0);
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("2", "0", "1"));
  EXPECT_FALSE(barrier.broken());
}

// test_filling_tasks_cancel_one
TEST_F(BarrierTest, DoesNotCountWhoIsCancelled) {
  Barrier barrier(3);
  const Task<> first = start(waits(barrier));
  start(waits(barrier));
  run_turns(1);
  EXPECT_EQ(barrier.n_waiting(), 2);
  first.cancel();
  run_turns(1);
  EXPECT_EQ(barrier.n_waiting(), 1);
  EXPECT_TRUE(first.cancelled());
  start(waits(barrier));
  run_turns(1);
  EXPECT_EQ(barrier.n_waiting(), 2);
  run(start(waits(barrier)));
  run_turns(5);
  EXPECT_EQ(log_.size(), 3U);
  EXPECT_EQ(barrier.n_waiting(), 0);
}

class TwiceTest : public BarrierTest {
 public:
  Coroutine<> waits_twice() {
    co_await barrier_.wait();
    ++first_;
    co_await barrier_.wait();
    EXPECT_EQ(first_, k_parties);
    ++second_;
  }

  int first_ = 0;
  int second_ = 0;
};

// test_filling_tasks_wait_twice, test_draining_state
TEST_F(TwiceTest, NobodyIsThroughTwiceBeforeAllAreThroughOnce) {
  run_all(k_parties, &TwiceTest::waits_twice);
  EXPECT_EQ(second_, k_parties);
}

class DrainingTest : public BarrierTest {
 public:
  Coroutine<> waits_again() {
    co_await barrier_.wait();
    if (rewait_ > 0) {
      --rewait_;
    } else {
      co_await the_others_.wait();  // until the barrier has drained
    }
    co_await barrier_.wait();
    log_.emplace_back("through");
  }

  int rewait_ = 2;
  Barrier the_others_{k_parties - 2};
};

// test_blocking_tasks_while_draining
TEST_F(DrainingTest, WhoComesWhileOthersLeaveWaitsOutside) {
  run_all(k_parties, &DrainingTest::waits_again);
  EXPECT_EQ(log_.size(), 5U);
}

// ---- reset

// test_reset_barrier
TEST_F(BarrierTest, MayBeResetWhenNobodyIsThere) {
  run(barrier_.reset());
  expect_usable();
}

// test_reset_barrier_while_tasks_waiting
TEST_F(BarrierTest, AResetBreaksItForThoseWhoWait) {
  std::vector<Task<>> tasks;
  for (int i = 1; i < k_parties; ++i) tasks.push_back(start(waits(barrier_)));
  run_turns(1);
  start(barrier_.reset());
  run_all(tasks);
  EXPECT_THAT(log_, ElementsAre("broken", "broken", "broken", "broken"));
  expect_usable();
}

TEST_F(BarrierTest, SaysWhyItIsBroken) {
  const Task<int> waits = loop().create_task(barrier_.wait());
  run_turns(1);
  start(barrier_.reset());
  EXPECT_EQ(message_of<BrokenBarrierError>([&] { return run(waits); }),
            "Abort or reset of barrier");
  run(barrier_.abort());
  EXPECT_EQ(message_of<RuntimeError>([&] { return run(barrier_.wait()); }),
            "Barrier aborted");
}

class HalfDrainedTest : public BarrierTest {
 public:
  /// The third to leave resets the barrier.
  Coroutine<> waits_and_resets() {
    bool is_broken = false;
    try {
      co_await barrier_.wait();
    } catch (const BrokenBarrierError&) {
      is_broken = true;
    }
    if (is_broken) {
      ++broken_;
    } else if (++left_ == k_parties - 2) {
      co_await barrier_.reset();
    }
  }
  /// The same; then all but the broken ones come again.
  Coroutine<> waits_resets_and_waits() {
    bool is_broken = false;
    try {
      co_await barrier_.wait();
    } catch (const BrokenBarrierError&) {
      is_broken = true;
    }
    if (is_broken) {
      ++broken_;
    } else if (++left_ > 2) {
      co_await barrier_.reset();
    }
    co_await barrier_.wait();
    ++again_;
  }

  int left_ = 0;
  int broken_ = 0;
  int again_ = 0;
};

// test_reset_barrier_when_tasks_half_draining
TEST_F(HalfDrainedTest, AResetBreaksItForThoseWhoHaveNotLeft) {
  run_all(k_parties, &HalfDrainedTest::waits_and_resets);
  EXPECT_EQ(broken_, 2);
  expect_usable();
}

// test_reset_barrier_when_tasks_half_draining_half_blocking
TEST_F(HalfDrainedTest, AResetDoesNotBreakItForThoseWhoWaitOutside) {
  run_all(k_parties, &HalfDrainedTest::waits_resets_and_waits);
  EXPECT_EQ(broken_, 2);
  EXPECT_EQ(again_, k_parties);
  expect_usable();
}

class WaitingAgainTest : public BarrierTest {
 public:
  Coroutine<> waits_however_often_it_is_broken() {
    co_await waits(barrier_);
    co_await barrier_.wait();
    ++through_;
  }

  int through_ = 0;
};

// test_reset_barrier_while_tasks_waiting_and_waiting_again
TEST_F(WaitingAgainTest, AfterAResetTheSameMayWaitAgain) {
  const auto tasks = start_all(
      k_parties - 1, &WaitingAgainTest::waits_however_often_it_is_broken);
  start(barrier_.reset());
  run_turns(1);
  start(waits(barrier_));
  run_all(tasks);
  EXPECT_EQ(through_, k_parties - 1);
  EXPECT_EQ(std::count(log_.begin(), log_.end(), "broken"), k_parties - 1);
  EXPECT_EQ(barrier_.n_waiting(), 0);
}

class DrainedTest : public BarrierTest {
 public:
  Coroutine<> waits_three_times() {
    co_await barrier_.wait();
    if (++left_ == k_parties) {
      co_await barrier_.reset();  // the last one to leave
    }
    co_await barrier_.wait();
    ++second_;
    co_await barrier_.wait();
    ++third_;
  }

  int left_ = 0;
  int second_ = 0;
  int third_ = 0;
};

// test_reset_barrier_while_tasks_draining
TEST_F(DrainedTest, AResetAfterTheLastHasLeftBreaksNothing) {
  run_all(k_parties, &DrainedTest::waits_three_times);
  EXPECT_EQ(second_, k_parties);
  EXPECT_EQ(third_, k_parties);
  expect_usable();
}

// ---- abort

// test_abort_barrier
TEST_F(BarrierTest, MayBeAbortedWhenNobodyIsThere) {
  run(barrier_.abort());
  EXPECT_TRUE(barrier_.broken());
  EXPECT_EQ(barrier_.n_waiting(), 0);
  run(waits(barrier_));
  EXPECT_THAT(log_, ElementsAre("broken"));
}

TEST_F(BarrierTest, LetsNobodyInUntilItIsResetAfterAnAbort) {
  run(barrier_.abort());
  run(barrier_.reset());
  expect_usable();
}

class AbortTest : public BarrierTest {
 public:
  /// The third to leave aborts; those before it come again.
  Coroutine<> waits_and_aborts() {
    bool is_broken = false;
    try {
      co_await barrier_.wait();
    } catch (const BrokenBarrierError&) {
      is_broken = true;
    }
    if (is_broken) {
      ++broken_;
    } else if (++left_ > 2) {
      co_await barrier_.abort();
    } else {
      co_await waits(barrier_);
    }
  }
  /// One of them throws inside, and then aborts.
  Coroutine<> throws_and_aborts() {
    bool is_one = false;
    try {
      const int index = co_await barrier_.wait();
      if (index == 2) throw CustomError();
      co_await barrier_.wait();
    } catch (const CustomError&) {
      is_one = true;
    } catch (const BrokenBarrierError&) {
      ++broken_;
    }
    if (is_one) co_await barrier_.abort();
  }
  /// The same; then all meet elsewhere, reset the barrier, and pass it.
  Coroutine<> aborts_and_resets() {
    co_await throws_and_aborts();
    const int index = co_await elsewhere_.wait();
    if (index == 2) co_await barrier_.reset();
    co_await elsewhere_.wait();
    co_await barrier_.wait();
    ++left_;
  }

  Barrier elsewhere_{k_parties};
  int left_ = 0;
  int broken_ = 0;
};

// test_abort_barrier_when_tasks_half_draining_half_blocking
TEST_F(AbortTest, BreaksItForThoseWhoHaveNotLeftAndThoseWhoComeAgain) {
  run_all(k_parties, &AbortTest::waits_and_aborts);
  EXPECT_TRUE(barrier_.broken());
  EXPECT_EQ(broken_, 2);
  EXPECT_THAT(log_, ElementsAre("broken", "broken"));
  EXPECT_EQ(barrier_.n_waiting(), 0);
}

// test_abort_barrier_when_exception
TEST_F(AbortTest, BreaksItForThoseWhoWaitForOneWhoFails) {
  run_all(k_parties, &AbortTest::throws_and_aborts);
  EXPECT_TRUE(barrier_.broken());
  EXPECT_EQ(broken_, k_parties - 1);
}

// test_abort_barrier_when_exception_then_resetting
TEST_F(AbortTest, IsUndoneByAReset) {
  run_all(k_parties, &AbortTest::aborts_and_resets);
  EXPECT_EQ(broken_, k_parties - 1);
  EXPECT_EQ(left_, k_parties);
  expect_usable();
}

// ---- the loop closes

TEST_F(BarrierTest, LeavesNobodyWhenTheLoopCloses) {
  collect_reports();
  for (int i = 0; i < k_parties; ++i) start(waits(barrier_));
  run_turns(2);  // some have left, some are leaving
  start(waits(barrier_));
  run_turns(1);
  close_loop();
  EXPECT_EQ(tests::Counted::alive, 0);
}

TEST_F(BarrierTest, LeavesNobodyWhenTheLoopClosesBeforeAllHaveCome) {
  collect_reports();
  for (int i = 1; i < k_parties; ++i) start(waits(barrier_));
  run_turns(1);
  close_loop();
  EXPECT_EQ(barrier_.n_waiting(), 0);
}

}  // namespace
}  // namespace asyncio
