// What costs memory: once the loop is warm, nothing that it does all the time
// does. And what happens when there is none: whoever asks is told, and nothing
// is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "06_tasks_futures/asyncio/coroutines_test.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/condition.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sharing/lock.hpp"
#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using tests::Counted;
using tests::FailingAllocation;

// ---- nothing on the way

class Warm : public LoopTest {
 protected:
  void SetUp() override {
    if (!k_keeps_freed) GTEST_SKIP() << "each block comes from the heap here";
  }

  /// How much `operation` allocates after it has been done twice.
  std::size_t allocations_of(const std::function<void()>& operation) {
    operation();
    operation();
    return tests::allocations_of([&] {
      for (int i = 0; i < 100; ++i) operation();
    });
  }
  template <typename... Arguments>
  std::size_t allocations_of_task(Coroutine<> (*function)(Arguments...),
                                  Arguments... arguments) {
    return allocations_of([&] { run(function(arguments...)); });
  }
};

Coroutine<> awaits_coroutines() {
  for (int i = 0; i < 10; ++i) co_await returns(i);
}

TEST_F(Warm, AwaitingCoroutinesTakesNoMemory) {
  EXPECT_EQ(allocations_of_task(awaits_coroutines), 0U);
}

Coroutine<> awaits_tasks() {
  for (int i = 0; i < 10; ++i) co_await create_task(returns(i));
}

TEST_F(Warm, TasksTakeNoMemory) {
  EXPECT_EQ(allocations_of_task(awaits_tasks), 0U);
}

Coroutine<> runs_many() {
  for (int i = 0; i < 100; ++i) create_task(returns(i));
  co_await sleep(0s);
}

TEST_F(Warm, ManyTasksAtATimeTakeNoMemory) {
  EXPECT_EQ(allocations_of_task(runs_many), 0U);
}

Coroutine<> sets(Future<int> future) {
  future.set_result(1);
  co_return;
}

Coroutine<> awaits_futures() {
  for (int i = 0; i < 10; ++i) {
    const auto future = get_running_loop().create_future<int>();
    create_task(sets(future));
    co_await future;
  }
}

TEST_F(Warm, FuturesTakeNoMemory) {
  EXPECT_EQ(allocations_of_task(awaits_futures), 0U);
}

Coroutine<> adds_callbacks() {
  for (int i = 0; i < 10; ++i) {
    const Future<> future = get_running_loop().create_future();
    future.add_done_callback([](const Future<>&) {});
    future.remove_done_callback(
        future.add_done_callback([](const Future<>&) {}));
    future.set_result();
    co_await sleep(0s);
  }
}

TEST_F(Warm, DoneCallbacksTakeNoMemory) {
  EXPECT_EQ(allocations_of_task(adds_callbacks), 0U);
}

Coroutine<> sleeps() {
  for (int i = 0; i < 10; ++i) {
    co_await sleep(0s);
    co_await sleep(1ms);
  }
}

TEST_F(Warm, SleepingTakesNoMemory) {
  EXPECT_EQ(allocations_of_task(sleeps), 0U);
}

TEST_F(Warm, CallbacksTakeNoMemory) {
  EXPECT_EQ(allocations_of([this] {
              loop().call_soon([] {});
              loop().call_later(1s, [] {}).cancel();
              loop().call_later(-1s, [] {});
              loop().call_soon_threadsafe([] {});
              run_turns(1);
            }),
            0U);
}

Coroutine<> sleeps_for_ever() {
  co_await sleep(1h);
}

Coroutine<> cancels() {
  const Task<> sleeps = create_task(sleeps_for_ever());
  const Task<> has_not_begun = create_task(sleeps_for_ever());
  has_not_begun.cancel();
  co_await sleep(0s);
  sleeps.cancel();
  co_await sleep(0s);
}

TEST_F(Warm, CancellationWithoutAMessageTakesNoMemory) {
  EXPECT_EQ(allocations_of_task(cancels), 0U);
}

TEST_F(Warm, AReadyDescriptorTakesNoMemory) {
  const tests::Pair pair;
  loop().add_writer(pair.fd(), [] {});
  EXPECT_EQ(allocations_of([this] { run_turns(1); }), 0U);
}

// ---- no memory

/// Calls `scenario` in a thread whose first allocation fails, in another whose
/// second one fails, and so on until all succeed; gives how often one failed.
int fail_everywhere(const std::function<void()>& scenario) {
  for (std::size_t n = 1;; ++n) {
    bool has_failed = false;
    std::thread([&] {
      const FailingAllocation failing(n);
      try {
        scenario();
      } catch (const std::bad_alloc&) {
      }
      has_failed = failing.has_failed();
    }).join();
    EXPECT_EQ(Counted::alive, 0) << "at allocation " << n;
    EXPECT_EQ(EventLoop::running(), nullptr);
    if (!has_failed) return static_cast<int>(n) - 1;
  }
}

class NoMemory : public testing::Test {
 protected:
  void SetUp() override { Counted::reset(); }
};

Coroutine<int> works(int levels, Counted /*given*/) {
  const Counted own;
  co_await sleep(1s);
  if (levels == 0) co_return 1;
  const int below = co_await works(levels - 1, Counted());
  co_return below + 1;
}

Coroutine<> works_in_tasks() {
  const Counted own;
  const auto future = get_running_loop().create_future<int>();
  future.add_done_callback([counted = Counted()](const Future<int>&) {});
  const Task<int> first = create_task(works(2, Counted()), "the first of them");
  const Task<int> second = create_task(works(3, Counted()));
  get_running_loop().call_soon([future, counted = Counted()] {
    if (!future.done()) future.set_result(1);
  });
  get_running_loop().call_later(2500ms, [second, counted = Counted()] {
    second.cancel("a message that is not short");
  });
  co_await future;
  co_await first;
  try {
    co_await second;
  } catch (const CancelledError&) {
  }
}

void run_quietly(Coroutine<> (*function)()) {
  EventLoop loop(virtual_time);
  loop.set_exception_handler([](EventLoop&, const ExceptionContext&) {});
  loop.run_until_complete(function());
}

TEST_F(NoMemory, AProgramIsToldAndLeavesNothingBehind) {
  stderr_of([] {
    EXPECT_GT(fail_everywhere([] { run_quietly(works_in_tasks); }), 20);
  });
}

TEST_F(NoMemory, ARunIsToldAndLeavesNothingBehind) {
  stderr_of([] {
    EXPECT_GT(fail_everywhere([] { run(works_in_tasks(), virtual_time); }), 20);
  });
}

Coroutine<> fails_unasked() {
  create_task(works(0, Counted()));
  const auto failed = get_running_loop().create_future<int>();
  failed.set_exception(CustomError());
  get_running_loop().call_soon([counted = Counted()] { throw CustomError(); });
  co_await sleep(0s);
}

// To tell of it takes memory too; where there is none, less is told.
TEST_F(NoMemory, WhatNobodyWaitsForIsToldAsWellAsItCan) {
  const std::string said = stderr_of([] {
    EXPECT_GT(fail_everywhere([] {
                EventLoop loop(virtual_time);
                loop.run_until_complete(fails_unasked());
              }),
              10);
  });
  EXPECT_THAT(said, testing::HasSubstr("Future exception was never retrieved"));
  EXPECT_THAT(said, testing::HasSubstr("Exception in callback"));
}

Coroutine<> works_in_a_group() {
  const Counted own;
  try {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(works(1, Counted()));
      group.create_task(works(2, Counted()));
      co_await sleep(1s);
      group.create_task(works(3, Counted()));
    });
  } catch (const ExceptionGroup&) {
  }
}

TEST_F(NoMemory, AGroupEndsAllTheSame) {
  stderr_of([] {
    EXPECT_GT(fail_everywhere([] { run_quietly(works_in_a_group); }), 20);
  });
}

Coroutine<> works_one_after_the_other() {
  const Counted own;
  std::vector<Task<int>> tasks;
  for (int levels = 0; levels < 3; ++levels) {
    tasks.push_back(create_task(works(levels, Counted())));
  }
  auto completed = as_completed(tasks);
  while (const Task<int>* task = co_await completed.next()) {
    static_cast<void>(task->exception());
  }
}

TEST_F(NoMemory, NoEndGetsLostToWhoWaitsForOneAfterTheOther) {
  stderr_of([] {
    EXPECT_GT(fail_everywhere([] { run_quietly(works_one_after_the_other); }),
              20);
  });
}

/// Has the lock when it has waited, whatever else comes.
Coroutine<> waits_under(Condition& condition, bool& has_lock) {
  const auto held = co_await condition.scoped();
  co_await condition.wait();
  has_lock = condition.locked();
}

Coroutine<> takes_turns(Condition& condition, bool& has_lock) {
  const Counted own;
  const Task<> waits = create_task(waits_under(condition, has_lock));
  co_await sleep(1s);
  const auto held = co_await condition.scoped();
  condition.notify();
  co_await sleep(1s);
  EXPECT_FALSE(has_lock);
  EXPECT_TRUE(condition.locked());
}

TEST_F(NoMemory, ALockIsTakenAgainAfterAWaitUnderIt) {
  stderr_of([] {
    EXPECT_GT(fail_everywhere([] {
                Condition condition;
                bool has_lock = false;
                EventLoop loop(virtual_time);
                loop.set_exception_handler([](auto&&...) {});
                loop.run_until_complete(takes_turns(condition, has_lock));
              }),
              5);
  });
}

/// A cancel of `waits` that can't keep its message throws, and has not
/// cancelled; the next one does.
void cancel_without_memory(Coroutine<> waits) {
  const std::string message = "a message that is too long to need no memory";
  EventLoop loop(virtual_time);
  const Task<> task = loop.create_task(std::move(waits));
  const auto run_turn = [&] {
    loop.stop();
    loop.run_forever();
  };
  run_turn();
  {
    const FailingAllocation failing(1);
    EXPECT_THROW(task.cancel(message), std::bad_alloc);
  }
  run_turn();
  EXPECT_FALSE(task.done());
  EXPECT_TRUE(task.cancel(message));
  run_turn();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(message_of<CancelledError>([&] { return task.result(), 0; }),
            message);
}

Coroutine<> sleeps_counted() {
  const Counted counted;
  co_await sleep(1h);
}

TEST_F(NoMemory, ASleepThatCouldNotBeCancelledGoesOn) {
  cancel_without_memory(sleeps_counted());
}

Coroutine<> waits_for(Event& event) {
  const Counted counted;
  co_await event.wait();
}

TEST_F(NoMemory, AWaitForAnEventThatCouldNotBeCancelledGoesOn) {
  Event event;
  cancel_without_memory(waits_for(event));
}

Coroutine<> takes(Lock& lock) {
  const Counted counted;
  const auto held = co_await lock.scoped();
}

TEST_F(NoMemory, AWaitForALockThatCouldNotBeCancelledGoesOn) {
  Lock lock;
  EventLoop().run_until_complete(lock.acquire());
  cancel_without_memory(takes(lock));
}

}  // namespace
}  // namespace asyncio
