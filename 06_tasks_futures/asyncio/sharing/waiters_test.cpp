// What locks, events and queues have in common: they wait in one loop, may
// outlive each other, and ask the heap for nothing.
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sharing/barrier.hpp"
#include "06_tasks_futures/asyncio/sharing/condition.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sharing/lock.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- the ring

class WaitersTest : public LoopTest {
 protected:
  Coroutine<> waits(Waiters& waiters, std::string name) {
    const tests::Counted counted;
    Waiter waiter(waiters, "Test");
    try {
      co_await waiter;
      log_.push_back(name);
    } catch (const CancelledError&) {
      log_.push_back(name + (waiter.is_woken() ? " was woken" : "") +
                     (waiter.is_cancelled() ? " was cancelled" : ""));
    }
  }
};

TEST_F(WaitersTest, AreWokenOneByOneInTheOrderOfTheirComing) {
  Waiters waiters;
  EXPECT_FALSE(waiters.wake_next());
  start(waits(waiters, "a"));
  start(waits(waiters, "b"));
  run_turns(1);
  EXPECT_TRUE(waiters.wake_next());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
  EXPECT_TRUE(waiters.wake_next());
  EXPECT_FALSE(waiters.wake_next());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b"));
}

TEST_F(WaitersTest, ThoseWhoAreCancelledAreNotWoken) {
  Waiters waiters;
  const Task<> a = start(waits(waiters, "a"));
  start(waits(waiters, "b"));
  run_turns(1);
  EXPECT_FALSE(waiters.all_cancelled());
  a.cancel();
  EXPECT_FALSE(waiters.all_cancelled());
  waiters.wake_all();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a was cancelled", "b"));
}

TEST_F(WaitersTest, KnowWhetherAllAreCancelled) {
  Waiters waiters;
  EXPECT_TRUE(waiters.all_cancelled());
  const Task<> a = start(waits(waiters, "a"));
  run_turns(1);
  EXPECT_FALSE(waiters.all_cancelled());
  a.cancel();
  EXPECT_TRUE(waiters.all_cancelled());
  EXPECT_NE(waiters.first(), nullptr);
  run_turns(1);
  EXPECT_EQ(waiters.first(), nullptr);
}

TEST_F(WaitersTest, WhoIsCancelledAfterItWasWokenKnowsBoth) {
  Waiters waiters;
  const Task<> a = start(waits(waiters, "a"));
  run_turns(1);
  waiters.wake_next();
  a.cancel();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a was woken"));
}

TEST_F(WaitersTest, WhoAskedForItsOwnCancellationIsCancelledInItsWait) {
  Waiters waiters;
  const Task<> task = start([](Waiters& queue) -> Coroutine<> {
    current_task()->cancel("me");
    Waiter waiter(queue, "Test");
    co_await waiter;
  }(waiters));
  EXPECT_EQ(message_of<CancelledError>([&] {
              run(task);
              return 0;
            }),
            "me");
  EXPECT_EQ(waiters.first(), nullptr);
}

TEST_F(WaitersTest, MayDieBeforeThoseWhoWait) {
  collect_reports();
  auto waiters = std::make_unique<Waiters>();
  const Task<> a = start(waits(*waiters, "a"));
  start(waits(*waiters, "b"));
  start(waits(*waiters, "c"));
  run_turns(1);
  waiters.reset();
  a.cancel();
  run_turns(1);
  close_loop();
  EXPECT_THAT(log_, ElementsAre("a was cancelled"));
}

TEST_F(WaitersTest, AreForgottenWhenTheLoopCloses) {
  collect_reports();
  Waiters waiters;
  start(waits(waiters, "a"));
  start(waits(waiters, "b"));
  run_turns(1);
  waiters.wake_next();
  close_loop();
  EXPECT_EQ(waiters.first(), nullptr);
  EXPECT_THAT(log_, IsEmpty());
}

// ---- one loop each

class OneLoopTest : public LoopTest {
 protected:
  /// What `two` says that waits in another loop than `one`, for the same.
  std::string error_of(Coroutine<> one, Coroutine<> two) {
    collect_reports();
    loop().create_task(std::move(one));
    run_turns(1);
    EventLoop other(virtual_time);
    return message_of<RuntimeError>([&] {
      other.run_until_complete(std::move(two));
      return 0;
    });
  }
};

TEST_F(OneLoopTest, WaitsForALock) {
  Lock lock;
  run(lock.acquire());
  EXPECT_EQ(error_of(lock.acquire(), lock.acquire()),
            "Lock is bound to a different event loop");
}

TEST_F(OneLoopTest, WaitsForAnEvent) {
  Event event;
  EXPECT_EQ(error_of(event.wait(), event.wait()),
            "Event is bound to a different event loop");
}

Coroutine<> waits_for(Condition& condition) {
  const auto held = co_await condition.scoped();
  co_await condition.wait();
}

// test_ambiguous_loops
TEST_F(OneLoopTest, WaitsForACondition) {
  Condition condition;
  EXPECT_EQ(error_of(waits_for(condition), waits_for(condition)),
            "Condition is bound to a different event loop");
  EXPECT_FALSE(condition.locked());
  close_loop();  // one still holds the condition
}

TEST_F(OneLoopTest, WaitsForASemaphore) {
  Semaphore semaphore(0);
  EXPECT_EQ(error_of(semaphore.acquire(), semaphore.acquire()),
            "Semaphore is bound to a different event loop");
}

Coroutine<> gets(Queue<int>& queue) {
  co_await queue.get();
}

TEST_F(OneLoopTest, WaitsForAQueue) {
  Queue<int> queue;
  EXPECT_EQ(error_of(gets(queue), gets(queue)),
            "Queue is bound to a different event loop");
}

TEST_F(OneLoopTest, OthersMayTakeWhatIsFree) {
  Lock lock;
  run(lock.acquire());
  lock.release();
  EventLoop other(virtual_time);
  other.run_until_complete(lock.acquire());
  EXPECT_TRUE(lock.locked());
}

// ---- memory

class AllocationTest : public LoopTest {
 protected:
  void SetUp() override {
    if (!k_keeps_freed) GTEST_SKIP() << "nothing that was freed is kept";
  }
  /// How often `coroutine` asks the heap, the second time that it runs.
  template <typename Make>
  std::size_t allocations_of(Make make) {
    run(make());
    return tests::allocations_of([&] { run(make()); });
  }
};

Coroutine<> takes_it_again_and_again(Lock& lock, Semaphore& semaphore) {
  for (int i = 0; i < 1000; ++i) {
    const auto held = co_await lock.scoped();
    const auto place = co_await semaphore.scoped();
  }
}

TEST_F(AllocationTest, LocksAndSemaphoresThatAreFreeNeedNone) {
  Lock lock;
  Semaphore semaphore(2);
  EXPECT_EQ(
      allocations_of([&] { return takes_it_again_and_again(lock, semaphore); }),
      0U);
}

Coroutine<> puts_and_gets(Queue<std::string>& queue) {
  for (int i = 0; i < 1000; ++i) {
    co_await queue.put("short");
    co_await queue.put("too");
    co_await queue.get();
    co_await queue.get();
  }
}

TEST_F(AllocationTest, QueuesThatHaveRoomAndItemsNeedNone) {
  Queue<std::string> first_in;
  EXPECT_EQ(allocations_of([&] { return puts_and_gets(first_in); }), 0U);
  LifoQueue<std::string> last_in;
  EXPECT_EQ(allocations_of([&] { return puts_and_gets(last_in); }), 0U);
  PriorityQueue<std::string> smallest;
  EXPECT_EQ(allocations_of([&] { return puts_and_gets(smallest); }), 0U);
}

Coroutine<> gets_all(Queue<int>& queue, int n) {
  for (int i = 0; i < n; ++i) co_await queue.get();
}

Coroutine<> hands_over(Queue<int>& queue, Lock& lock, Event& event) {
  const Task<> gets = create_task(gets_all(queue, 100));
  for (int i = 0; i < 100; ++i) co_await queue.put(int{i});
  co_await gets;
  const auto held = co_await lock.scoped();
  const Task<> waits = create_task(lock.acquire());
  const Task<> sees = create_task(event.wait());
  co_await sleep(0s);
  lock.release();
  event.set();
  co_await waits;
  co_await sees;
  event.clear();
}

TEST_F(AllocationTest, WaitingNeedsNone) {
  Queue<int> queue(1);
  Lock lock;
  Event event;
  EXPECT_EQ(allocations_of([&] { return hands_over(queue, lock, event); }), 0U);
}

}  // namespace
}  // namespace asyncio
