// Queues: order, room, and that no item and no wake-up is ever lost. The names
// in the comments are those of CPython's test_queues.
#include "06_tasks_futures/asyncio/sharing/queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using testing::UnorderedElementsAre;
using tests::Counted;

class QueueTest : public LoopTest {
 protected:
  /// Gets one, and notes it.
  Coroutine<> gets(Queue<std::string>& queue) {
    const Counted counted;
    std::string item = co_await queue.get();
    log_.push_back(std::move(item));
  }
  Coroutine<> puts(Queue<std::string>& queue, std::string item) {
    const Counted counted;
    co_await queue.put(std::move(item));
    log_.emplace_back("was put");
  }
};

// ---- what is in

// test_empty, test_full
TEST_F(QueueTest, KnowsHowManyItemsItHas) {
  Queue<int> queue(2);
  EXPECT_EQ(queue.maxsize(), 2U);
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
  run(queue.put(1));
  EXPECT_FALSE(queue.empty() || queue.full());
  queue.put_nowait(2);
  EXPECT_TRUE(queue.full());
  EXPECT_EQ(queue.qsize(), 2U);
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_EQ(queue.get_nowait(), 2);
  EXPECT_TRUE(queue.empty());
}

TEST_F(QueueTest, IsNeverFullWithoutALargestSize) {
  Queue<int> queue;
  EXPECT_EQ(queue.maxsize(), 0U);
  for (int i = 0; i < 10'000; ++i) queue.put_nowait(i);
  EXPECT_FALSE(queue.full());
}

// QueueBasicTests.test_order
TEST_F(QueueTest, GivesTheFirstFirst) {
  Queue<int> queue;
  for (const int i : {1, 3, 2}) run(queue.put(int{i}));
  std::vector<int> items;
  for (int i = 0; i < 3; ++i) items.push_back(run(queue.get()));
  EXPECT_THAT(items, ElementsAre(1, 3, 2));
}

// LifoQueueTests.test_order
TEST_F(QueueTest, OfTheOtherOrderGivesTheLastFirst) {
  LifoQueue<int> queue;
  for (const int i : {1, 3, 2}) queue.put_nowait(i);
  std::vector<int> items;
  for (int i = 0; i < 3; ++i) items.push_back(queue.get_nowait());
  EXPECT_THAT(items, ElementsAre(2, 3, 1));
}

// PriorityQueueTests.test_order
TEST_F(QueueTest, OfPrioritiesGivesTheSmallestFirst) {
  PriorityQueue<int> queue;
  for (const int i : {1, 3, 2, 1}) queue.put_nowait(i);
  std::vector<int> items;
  for (int i = 0; i < 4; ++i) items.push_back(queue.get_nowait());
  EXPECT_THAT(items, ElementsAre(1, 1, 2, 3));
}

TEST_F(QueueTest, OfPrioritiesMayCompareInAnotherWay) {
  PriorityQueue<std::string, std::greater<>> queue;
  for (const char* word : {"a", "c", "b"}) queue.put_nowait(word);
  EXPECT_EQ(queue.get_nowait(), "c");
  EXPECT_EQ(queue.get_nowait(), "b");
}

TEST_F(QueueTest, KeepsItsOrderAsItGrowsAndGoesRound) {
  Queue<int> queue;
  int put = 0;
  int got = 0;
  for (int round = 1; round < 50; ++round) {
    for (int i = 0; i < round; ++i) queue.put_nowait(put++);
    for (int i = 0; i < round / 2 + 1; ++i) {
      ASSERT_EQ(queue.get_nowait(), got++);
    }
  }
  while (!queue.empty()) ASSERT_EQ(queue.get_nowait(), got++);
  EXPECT_EQ(got, put);
}

TEST_F(QueueTest, TurnsTheOtherWayAtAnyPlaceOfItsRing) {
  LifoQueue<int> queue;
  for (int i = 0; i < 20; ++i) queue.put_nowait(i);
  for (int i = 19; i >= 0; --i) ASSERT_EQ(queue.get_nowait(), i);
  queue.put_nowait(1);
  EXPECT_EQ(queue.get_nowait(), 1);
}

/// What a reader may write: a queue that gives each item only once.
class Once : public Queue<int> {
 private:
  void put_item(int&& item) override { items_in_.insert(item); }
  int take_item() override {
    return items_in_.extract(items_in_.begin()).value();
  }
  std::size_t size() const noexcept override { return items_in_.size(); }

  std::set<int> items_in_;
};

TEST_F(QueueTest, MayBeGivenAnotherOrder) {
  Once once;
  Queue<int>& queue = once;
  for (const int i : {3, 1, 3}) queue.put_nowait(i);
  EXPECT_EQ(queue.get_nowait(), 1);
  EXPECT_EQ(queue.get_nowait(), 3);
  EXPECT_TRUE(queue.empty());
}

// ---- not to wait

// test_nonblocking_get, test_nonblocking_get_exception
TEST_F(QueueTest, GivesNothingAtOnceIfItIsEmpty) {
  Queue<int> queue;
  queue.put_nowait(1);
  EXPECT_EQ(queue.get_nowait(), 1);
  EXPECT_THROW(queue.get_nowait(), QueueEmpty);
}

// test_nonblocking_put, test_nonblocking_put_exception
TEST_F(QueueTest, TakesNothingAtOnceIfItIsFull) {
  Queue<int> queue(1);
  queue.put_nowait(1);
  EXPECT_THROW(queue.put_nowait(2), QueueFull);
  EXPECT_EQ(queue.qsize(), 1U);
}

// test_blocking_get, test_blocking_put
TEST_F(QueueTest, IsNotWaitedForIfThereIsAnItemOrRoom) {
  Queue<std::string> queue(1);
  start(puts(queue, "a"));
  start(gets(queue));
  loop().call_soon(note("later"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("was put", "a", "later"));
}

// ---- to wait

// test_maxsize
TEST_F(QueueTest, IsWaitedForUntilThereIsRoom) {
  Queue<std::string> queue(2);
  for (const char* item : {"0", "1", "2"}) start(puts(queue, item));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("was put", "was put"));
  EXPECT_EQ(queue.get_nowait(), "0");
  run_turns(1);
  EXPECT_EQ(log_.size(), 3U);
  EXPECT_EQ(queue.get_nowait(), "1");
  EXPECT_EQ(queue.get_nowait(), "2");
}

// test_blocking_put_wait
TEST_F(QueueTest, IsWaitedForUntilThereIsRoomForATime) {
  Queue<std::string> queue(1);
  queue.put_nowait("1");
  loop().call_later(10ms, [&] { queue.get_nowait(); });
  run(start(puts(queue, "2")));
  EXPECT_EQ(loop().time().time_since_epoch(), 10ms);
}

// test_blocking_get_wait
TEST_F(QueueTest, IsWaitedForUntilThereIsAnItem) {
  Queue<std::string> queue;
  loop().call_later(10ms, [&] { queue.put_nowait("1"); });
  run(start(gets(queue)));
  EXPECT_THAT(log_, ElementsAre("1"));
  EXPECT_EQ(loop().time().time_since_epoch(), 10ms);
}

// test_put_with_waiting_getters, test_get_with_putters
TEST_F(QueueTest, WakesOneInTheNextTurn) {
  Queue<std::string> queue;
  start(gets(queue));
  start(gets(queue));
  run_turns(1);
  queue.put_nowait("a");
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
  queue.put_nowait("b");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "b"));
}

// test_get_with_waiting_putters
TEST_F(QueueTest, LetsThoseWhoPutInInTheirOrder) {
  Queue<std::string> queue(1);
  start(puts(queue, "a"));
  start(puts(queue, "b"));
  EXPECT_EQ(run(queue.get()), "a");
  EXPECT_EQ(run(queue.get()), "b");
}

Coroutine<> puts_numbers(Queue<int>& queue, int n) {
  for (int i = 0; i < n; ++i) co_await queue.put(int{i});
}

Coroutine<int> sums_numbers(Queue<int>& queue, int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    const int item = co_await queue.get();
    sum += item;
  }
  co_return sum;
}

// test_why_are_getters_waiting
TEST_F(QueueTest, OfOneItemBringsManyFromOneToTheOther) {
  Queue<int> queue(1);
  start(puts_numbers(queue, 1000));
  EXPECT_EQ(run(sums_numbers(queue, 1000)), 499'500);
}

// test_why_are_putters_waiting
TEST_F(QueueTest, LetsAllIn) {
  Queue<std::string> queue(2);
  for (const char* item : {"0", "1", "2", "3"}) start(puts(queue, item));
  run_turns(1);
  while (!queue.empty()) queue.get_nowait();
  run_turns(2);
  EXPECT_EQ(log_.size(), 4U);
}

Coroutine<int> puts_and_gets(Queue<int>& queue, int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    co_await queue.put(1);
    const int item = co_await queue.get();
    sum += item;
  }
  co_return sum;
}

TEST_F(QueueTest, TakesAndGivesManyInARow) {
  Queue<int> queue(1);
  EXPECT_EQ(run(puts_and_gets(queue, 100'000)), 100'000);
}

// ---- those who wait are cancelled

// test_get_cancelled_race
TEST_F(QueueTest, WhoIsCancelledGetsNothing) {
  Queue<std::string> queue;
  const Task<> first = start(gets(queue));
  start(gets(queue));
  run_turns(1);
  first.cancel();
  run_turns(1);
  EXPECT_TRUE(first.cancelled());
  queue.put_nowait("a");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
}

// test_get_cancel_drop_one_pending_reader
TEST_F(QueueTest, WhoIsCancelledAfterItWasWokenLeavesTheItem) {
  Queue<int> queue;
  const Task<int> reader = start(queue.get());
  run_turns(1);
  queue.put_nowait(1);
  queue.put_nowait(2);
  reader.cancel();
  EXPECT_THROW(run(reader), CancelledError);
  EXPECT_EQ(run(queue.get()), 1);
  EXPECT_EQ(queue.get_nowait(), 2);
}

// test_get_cancel_drop_many_pending_readers
TEST_F(QueueTest, WhoIsCancelledAfterItWasWokenWakesTheNext) {
  Queue<std::string> queue;
  const Task<> first = start(gets(queue));
  start(gets(queue));
  start(gets(queue));
  run_turns(1);
  queue.put_nowait("1");
  queue.put_nowait("2");
  first.cancel();
  run_turns(2);
  EXPECT_TRUE(first.cancelled());
  EXPECT_THAT(log_, UnorderedElementsAre("1", "2"));
}

// test_put_cancel_drop
TEST_F(QueueTest, WhoIsCancelledAfterThereWasRoomPutsNothing) {
  Queue<std::string> queue(1);
  queue.put_nowait("1");
  const Task<> writer = start(puts(queue, "2"));
  run_turns(1);
  EXPECT_EQ(queue.get_nowait(), "1");
  writer.cancel();
  EXPECT_THROW(run(writer), CancelledError);
  EXPECT_TRUE(queue.empty());
  run(puts(queue, "2"));
  EXPECT_EQ(queue.get_nowait(), "2");
}

// test_put_cancelled_race
TEST_F(QueueTest, WhoIsCancelledDoesNotKeepTheOthersFromPutting) {
  Queue<std::string> queue(1);
  start(puts(queue, "a"));
  const Task<> b = start(puts(queue, "b"));
  const Task<> c = start(puts(queue, "c"));
  run_turns(1);
  c.cancel();
  run_turns(1);
  EXPECT_TRUE(c.cancelled());
  EXPECT_EQ(queue.get_nowait(), "a");
  run_turns(1);
  EXPECT_EQ(queue.get_nowait(), "b");
  EXPECT_TRUE(b.done());
}

TEST_F(QueueTest, WhoIsCancelledAfterThereWasRoomWakesTheNext) {
  Queue<std::string> queue(1);
  queue.put_nowait("a");
  const Task<> b = start(puts(queue, "b"));
  start(puts(queue, "c"));
  run_turns(1);
  queue.get_nowait();
  b.cancel();
  run_turns(2);
  EXPECT_TRUE(b.cancelled());
  EXPECT_EQ(queue.get_nowait(), "c");
}

// test_cancelled_getters_not_being_held_in_self_getters
TEST_F(QueueTest, ManyWhoAreCancelledLeaveNothingBehind) {
  Queue<std::string> queue(1);
  for (int i = 0; i < 100; ++i) {
    const Task<> task = start(gets(queue));
    loop().call_later(1ms, [task] { task.cancel(); });
    EXPECT_THROW(run(task), CancelledError);
  }
  start(gets(queue));
  run_turns(1);
  queue.put_nowait("a");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
}

// test_cancelled_put_silence_value_error_exception
TEST_F(QueueTest, WhoIsCancelledAfterItWasWokenThrowsOnlyThat) {
  Queue<std::string> queue(1);
  queue.put_nowait("1");
  const Task<> task = start(puts(queue, "2"));
  run_turns(1);
  queue.get_nowait();
  task.cancel("enough");
  EXPECT_EQ(message_of<CancelledError>([&] {
              run(task);
              return 0;
            }),
            "enough");
}

TEST_F(QueueTest, WhoWasWokenWaitsAgainIfAnotherWasFaster) {
  Queue<std::string> queue;
  start(gets(queue));
  run_turns(1);
  queue.put_nowait("1");
  EXPECT_EQ(queue.get_nowait(), "1");
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  queue.put_nowait("2");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("2"));
}

// ---- what was put is done

template <typename Kind>
class EveryQueue : public QueueTest {
 protected:
  /// Gets items and does them, until it is told to stop.
  Coroutine<> works(Queue<int>& queue) {
    while (!is_over_) {
      const int item = co_await queue.get();
      sum_ += item;
      queue.task_done();
    }
  }

  int sum_ = 0;
  bool is_over_ = false;
};
using Kinds = testing::Types<Queue<int>, LifoQueue<int>, PriorityQueue<int>>;
TYPED_TEST_SUITE(EveryQueue, Kinds);

// test_task_done_underflow
TYPED_TEST(EveryQueue, IsNotDoneMoreOftenThanItWasPut) {
  TypeParam queue;
  EXPECT_EQ(message_of<ValueError>([&] {
              queue.task_done();
              return 0;
            }),
            "task_done() called too many times");
}

// test_task_done
TYPED_TEST(EveryQueue, IsJoinedWhenAllIsDone) {
  TypeParam queue;
  for (int i = 0; i < 100; ++i) queue.put_nowait(i);
  this->start(this->works(queue));
  this->start(this->works(queue));
  this->run(queue.join());
  EXPECT_EQ(this->sum_, 4950);
  this->is_over_ = true;
  queue.put_nowait(0);
  queue.put_nowait(0);
  this->run(queue.join());
}

// test_join_empty_queue
TYPED_TEST(EveryQueue, IsJoinedAtOnceIfNothingIsToBeDone) {
  TypeParam queue;
  this->run(queue.join());
  this->run(queue.join());
}

TYPED_TEST(EveryQueue, IsNotJoinedWhenAllIsGottenButNotDone) {
  TypeParam queue;
  queue.put_nowait(1);
  const Task<> join = this->start(queue.join());
  queue.get_nowait();
  this->run_turns(2);
  EXPECT_FALSE(join.done());
  queue.task_done();
  this->run_turns(1);
  EXPECT_TRUE(join.done());
}

// ---- shut down

template <typename Kind>
class EveryQueueShutDown : public EveryQueue<Kind> {
 protected:
  void expect_shut(Queue<int>& queue) {
    EXPECT_THROW(this->run(queue.put(1)), QueueShutDown);
    EXPECT_THROW(queue.put_nowait(1), QueueShutDown);
    EXPECT_THROW(this->run(queue.get()), QueueShutDown);
    EXPECT_THROW(queue.get_nowait(), QueueShutDown);
  }
};
TYPED_TEST_SUITE(EveryQueueShutDown, Kinds);

// test_shutdown_empty
TYPED_TEST(EveryQueueShutDown, WakesThoseWhoWaitToGet) {
  TypeParam queue;
  const Task<int> get = this->start(queue.get());
  this->run_turns(1);
  queue.shutdown();
  this->run(queue.join());
  this->run_turns(1);
  ASSERT_TRUE(get.done());
  EXPECT_THROW(this->run(get), QueueShutDown);
  this->expect_shut(queue);
}

// test_shutdown_nonempty
TYPED_TEST(EveryQueueShutDown, WakesThoseWhoWaitToPutAndLetsTheRestBeGotten) {
  TypeParam queue(1);
  queue.put_nowait(7);
  const Task<> join = this->start(queue.join());
  const Task<> put = this->start(queue.put(8));
  this->run_turns(1);
  EXPECT_FALSE(put.done());
  queue.shutdown();
  EXPECT_EQ(queue.qsize(), 1U);
  this->run_turns(1);
  ASSERT_TRUE(put.done());
  EXPECT_THROW(this->run(put), QueueShutDown);
  EXPECT_THROW(queue.put_nowait(8), QueueShutDown);
  EXPECT_EQ(this->run(queue.get()), 7);
  EXPECT_FALSE(join.done());
  this->expect_shut(queue);
  queue.task_done();
  this->run_turns(1);
  EXPECT_TRUE(join.done());
  EXPECT_THROW(queue.task_done(), ValueError);
}

// test_shutdown_immediate
TYPED_TEST(EveryQueueShutDown, ThrowsTheRestAwayIfItIsToEndImmediately) {
  TypeParam queue;
  queue.put_nowait(7);
  const Task<> join = this->start(queue.join());
  this->run_turns(1);
  queue.shutdown(true);
  EXPECT_EQ(queue.qsize(), 0U);
  this->run_turns(1);
  EXPECT_TRUE(join.done());
  this->expect_shut(queue);
  EXPECT_THROW(queue.task_done(), ValueError);
}

// test_shutdown_immediate_with_unfinished
TYPED_TEST(EveryQueueShutDown, IsNotJoinedBeforeWhatWasGottenIsDone) {
  TypeParam queue;
  queue.put_nowait(7);
  queue.put_nowait(7);
  const Task<> join = this->start(queue.join());
  EXPECT_EQ(this->run(queue.get()), 7);
  queue.shutdown(true);
  this->run_turns(1);
  EXPECT_FALSE(join.done());
  this->expect_shut(queue);
  queue.task_done();
  EXPECT_THROW(queue.task_done(), ValueError);
  this->run_turns(1);
  EXPECT_TRUE(join.done());
}

TYPED_TEST(EveryQueueShutDown, MayBeRepeated) {
  TypeParam queue;
  queue.put_nowait(7);
  queue.shutdown();
  queue.shutdown();
  EXPECT_EQ(queue.qsize(), 1U);
  queue.shutdown(true);
  this->expect_shut(queue);
}

// ---- what is put

using Pointer = std::unique_ptr<int>;

TEST_F(QueueTest, TakesWhatCanOnlyBeMoved) {
  Queue<Pointer> queue(1);
  Pointer named = std::make_unique<int>(1);
  start(queue.put(std::move(named)));
  start(queue.put(std::make_unique<int>(2)));
  EXPECT_THAT(run(queue.get()), Pointee(1));
  EXPECT_THAT(run(queue.get()), Pointee(2));
}

struct ByValue {
  bool operator()(const Pointer& one, const Pointer& other) const {
    return *one < *other;
  }
};

TEST_F(QueueTest, TakesWhatCanOnlyBeMovedInEveryOrder) {
  LifoQueue<Pointer> last_in;
  PriorityQueue<Pointer, ByValue> smallest;
  for (const int i : {2, 1, 3}) {
    last_in.put_nowait(std::make_unique<int>(i));
    smallest.put_nowait(std::make_unique<int>(i));
  }
  EXPECT_THAT(last_in.get_nowait(), Pointee(3));
  EXPECT_THAT(smallest.get_nowait(), Pointee(1));
}

TEST_F(QueueTest, NeverCopiesWhatMayBeMoved) {
  Queue<Counted> queue;
  for (int i = 0; i < 10; ++i) run(queue.put(Counted()));
  for (int i = 0; i < 5; ++i) run(queue.get());
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::alive, 5);
}

TEST_F(QueueTest, DestroysWhatIsGottenOrThrownAway) {
  Queue<Counted> queue;
  for (int i = 0; i < 10; ++i) queue.put_nowait(Counted());
  queue.get_nowait();
  EXPECT_EQ(Counted::alive, 9);
  queue.shutdown(true);
  EXPECT_EQ(Counted::alive, 0);
}

struct Job {
  std::string name;
  int number = 0;
};

TEST_F(QueueTest, TakesACopyOfWhatHasAName) {
  Queue<Job> queue;
  const Job job{"a name that is too long for a string's own buffer", 1};
  run(queue.put(job));
  Job gotten = run(queue.get());
  EXPECT_EQ(gotten.name, job.name);
}

// GCC 12 destroys such an item twice.
static_assert(ValueDestroyedOnce<Job&> && ValueDestroyedOnce<std::string> &&
              ValueDestroyedOnce<Job> == !k_destroys_twice);

// ---- the loop closes

TEST_F(QueueTest, LeavesNobodyWhenTheLoopCloses) {
  collect_reports();
  Queue<std::string> full(1);
  full.put_nowait("1");
  start(puts(full, "2"));
  start(puts(full, "3"));
  Queue<std::string> empty;
  start(gets(empty));
  start(gets(empty));
  run_turns(1);
  full.get_nowait();
  empty.put_nowait("a");
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
