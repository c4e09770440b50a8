// What another thread makes: a result that may be asked for, cancelled, and
// waited for, from any thread.
#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const auto k_failure = std::make_exception_ptr(ValueError("no"));

TEST(ConcurrentFutureTest, GivesItsResultToAThreadThatWaits) {
  const ConcurrentFuture<std::string> future;
  std::string heard;
  std::thread other([&] { heard = future.result(); });
  future.set_result("hello");
  other.join();
  EXPECT_EQ(heard, "hello");
  EXPECT_TRUE(future.done());
  EXPECT_EQ(future.exception(), nullptr);
}

TEST(ConcurrentFutureTest, GivesItsExceptionToAThreadThatWaits) {
  const ConcurrentFuture<int> future;
  std::string heard;
  std::thread other(
      [&] { heard = thrown_by([&] { return future.result(); }); });
  future.set_exception(k_failure);
  other.join();
  EXPECT_EQ(heard, "ValueError: no");
  EXPECT_EQ(future.exception(), k_failure);
}

TEST(ConcurrentFutureTest, WaitsNoLongerThanItMay) {
  const ConcurrentFuture<int> future;
  EXPECT_THROW(static_cast<void>(future.result(0s)), TimeoutError);
  EXPECT_THROW(static_cast<void>(future.result(-1s)), TimeoutError);
  EXPECT_THROW(static_cast<void>(future.exception(1ms)), TimeoutError);
  EXPECT_FALSE(future.done());
  future.set_result(1);
  EXPECT_EQ(future.result(0s), 1);
  EXPECT_EQ(future.result(std::chrono::hours(1'000'000'000)), 1);
}

TEST(ConcurrentFutureTest, IsCancelledWhileNobodyRunsIt) {
  const ConcurrentFuture<int> future;
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(future.cancelled());
  EXPECT_TRUE(future.done());
  EXPECT_FALSE(future.set_running_or_notify_cancel());
  EXPECT_THROW(static_cast<void>(future.result()), CancelledError);
  EXPECT_THROW(static_cast<void>(future.exception()), CancelledError);
  EXPECT_THROW(future.set_result(1), InvalidStateError);
  EXPECT_THROW(future.set_exception(k_failure), InvalidStateError);
}

TEST(ConcurrentFutureTest, IsNotCancelledOnceItRunsOrHasEnded) {
  const ConcurrentFuture<int> future;
  EXPECT_TRUE(future.set_running_or_notify_cancel());
  EXPECT_TRUE(future.running());
  EXPECT_FALSE(future.cancel());
  EXPECT_THROW(static_cast<void>(future.set_running_or_notify_cancel()),
               InvalidStateError);
  future.set_result(1);
  EXPECT_FALSE(future.running());
  EXPECT_FALSE(future.cancel());
  EXPECT_THROW(future.set_result(2), InvalidStateError);
  EXPECT_EQ(future.result(), 1);
}

TEST(ConcurrentFutureTest, AbandonedItIsCancelledThoughItRuns) {
  const ConcurrentFuture<int> future;
  EXPECT_TRUE(future.set_running_or_notify_cancel());
  future.abandon();
  EXPECT_TRUE(future.cancelled());

  const ConcurrentFuture<int> ended;
  ended.set_result(1);
  ended.abandon();
  EXPECT_EQ(ended.result(), 1);
}

TEST(ConcurrentFutureTest, AnExceptionIsNeeded) {
  const ConcurrentFuture<int> future;
  EXPECT_THROW(future.set_exception(nullptr), ValueError);
}

TEST(ConcurrentFutureTest, CallsBackInTheOrderOfAdditionInTheThreadThatEndsIt) {
  const ConcurrentFuture<int> future;
  Log log;
  std::thread::id thread;
  future.add_done_callback([&](const ConcurrentFuture<int>& done) {
    thread = std::this_thread::get_id();
    log.push_back("first " + std::to_string(done.result()));
  });
  future.add_done_callback(
      [&](const ConcurrentFuture<int>&) { log.emplace_back("second"); });
  std::thread other([&] { future.set_result(1); });
  const std::thread::id id = other.get_id();
  other.join();
  EXPECT_THAT(log, ElementsAre("first 1", "second"));
  EXPECT_EQ(thread, id);
  future.add_done_callback(
      [&](const ConcurrentFuture<int>&) { log.emplace_back("at once"); });
  EXPECT_THAT(log, ElementsAre("first 1", "second", "at once"));
}

TEST(ConcurrentFutureTest, CallsBackWhenItIsCancelled) {
  const ConcurrentFuture<> future;
  bool was_cancelled = false;
  future.add_done_callback([&](const ConcurrentFuture<>& done) {
    was_cancelled = done.cancelled();
  });
  future.cancel();
  EXPECT_TRUE(was_cancelled);
}

TEST(ConcurrentFutureTest, ACallbackThatThrowsIsToldAndTheNextIsCalled) {
  const ConcurrentFuture<> future;
  bool was_called = false;
  future.add_done_callback([](const ConcurrentFuture<>&) {
    throw std::runtime_error("callback failed");
  });
  future.add_done_callback(
      [&](const ConcurrentFuture<>&) { was_called = true; });
  const std::string told = stderr_of([&] { future.set_result(); });
  EXPECT_EQ(told, "exception calling callback: callback failed\n");
  EXPECT_TRUE(was_called);
}

TEST(ConcurrentFutureTest, ACallbackMayAskTheFutureAndAddAnother) {
  const ConcurrentFuture<int> future;
  Log log;
  future.add_done_callback([&](const ConcurrentFuture<int>& done) {
    done.add_done_callback([&](const ConcurrentFuture<int>& same) {
      log.push_back(std::to_string(same.result()));
    });
  });
  future.set_result(7);
  EXPECT_THAT(log, ElementsAre("7"));
}

TEST(ConcurrentFutureTest, CarriesWhatCanOnlyBeMovedAndWhatIsReferredTo) {
  const ConcurrentFuture<std::unique_ptr<int>> moved;
  moved.set_result(std::make_unique<int>(3));
  EXPECT_EQ(*moved.result(), 3);
  EXPECT_EQ(*moved.take(), 3);
  EXPECT_EQ(moved.result(), nullptr);

  int value = 4;
  const ConcurrentFuture<int&> reference;
  reference.set_result(value);
  EXPECT_EQ(&reference.result(), &value);
}

TEST(ConcurrentFutureTest, ACallbackDoesNotKeepItAlive) {
  const auto counted = std::make_shared<int>(0);
  {
    const ConcurrentFuture<> future;
    future.add_done_callback([counted](const ConcurrentFuture<>&) {});
    EXPECT_EQ(counted.use_count(), 2);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

// However it falls out, exactly one of them wins, and all callbacks are called.
TEST(ConcurrentFutureTest, ManyMayEndItAndOneDoes) {
  for (int round = 0; round < 200; ++round) {
    const ConcurrentFuture<int> future;
    std::atomic<int> won = 0;
    std::atomic<int> called = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        future.add_done_callback(
            [&](const ConcurrentFuture<int>&) { ++called; });
        try {
          if (i == 0) {
            won += future.cancel() ? 1 : 0;
          } else {
            future.set_result(i);
            ++won;
          }
        } catch (const InvalidStateError&) {
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(called, 3);
  }
}

}  // namespace
}  // namespace asyncio
