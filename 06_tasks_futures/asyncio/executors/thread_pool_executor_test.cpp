// Calls in other threads: what they give and throw, how many threads there are,
// and how it ends.
#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;

int add(int a, int b) {
  return a + b;
}

std::string thread_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

TEST(ThreadPoolExecutorTest, CallsInAnotherThread) {
  ThreadPoolExecutor executor;
  const auto id = executor.submit(std::this_thread::get_id);
  EXPECT_NE(id.result(), std::this_thread::get_id());
  EXPECT_EQ(executor.submit(add, 1, 2).result(), 3);
}

TEST(ThreadPoolExecutorTest, BringsExceptionsBack) {
  ThreadPoolExecutor executor;
  const auto future = executor.submit([]() -> int { throw ValueError("no"); });
  EXPECT_EQ(thrown_by([&] { return future.result(); }), "ValueError: no");
  const auto other = executor.submit([] { throw CustomError{7}; });
  EXPECT_EQ(named(other.exception()), "CustomError: 7");
}

TEST(ThreadPoolExecutorTest, OwnsTheFunctionAndItsArguments) {
  ThreadPoolExecutor executor;
  auto text = std::make_unique<std::string>("moved");
  const auto future = executor.submit(
      [](std::unique_ptr<std::string> mine, const std::string& copied) {
        return *mine + " " + copied;
      },
      std::move(text), std::string("copied"));
  EXPECT_EQ(future.result(), "moved copied");

  int changed = 0;
  executor.submit([](int& value) { value = 5; }, std::ref(changed)).result();
  EXPECT_EQ(changed, 5);
}

// Whoever waits may own what they refer to.
TEST(ThreadPoolExecutorTest, FunctionAndArgumentsDieBeforeTheFutureEnds) {
  const auto shared = std::make_shared<int>(1);
  ThreadPoolExecutor executor;
  for (int i = 0; i < 100; ++i) {
    executor.submit([shared](const std::shared_ptr<int>&) {}, shared).result();
    ASSERT_EQ(shared.use_count(), 1);
  }
}

TEST(ThreadPoolExecutorTest, StartsAThreadOnlyIfNoneIsIdle) {
  ThreadPoolExecutor executor({.max_workers = 64});
  EXPECT_EQ(executor.size(), 0);
  for (int i = 0; i < 1'000; ++i) executor.submit([] {}).result();
  EXPECT_LT(executor.size(), 64);  // a thread may not be back yet
}

TEST(ThreadPoolExecutorTest, StartsAsManyThreadsAsThereAreCallsAtOnce) {
  ThreadPoolExecutor executor({.max_workers = 3});
  std::latch all(3);
  std::vector<ConcurrentFuture<>> futures;
  for (int i = 0; i < 3; ++i) {
    futures.push_back(executor.submit([&all] { all.arrive_and_wait(); }));
  }
  for (const auto& future : futures) future.result();
  EXPECT_EQ(executor.size(), 3);
}

TEST(ThreadPoolExecutorTest, StartsNoMoreThreadsThanItMay) {
  ThreadPoolExecutor executor({.max_workers = 2});
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::vector<ConcurrentFuture<>> futures;
  for (int i = 0; i < 50; ++i) {
    futures.push_back(executor.submit([&] {
      const int now = ++running;
      for (int before = most; now > before;) {
        if (most.compare_exchange_weak(before, now)) break;
      }
      std::this_thread::yield();
      --running;
    }));
  }
  for (const auto& future : futures) future.result();
  EXPECT_LE(most, 2);
  EXPECT_EQ(executor.size(), 2);
}

TEST(ThreadPoolExecutorTest, ThreadsHaveNames) {
  ThreadPoolExecutor executor(
      {.max_workers = 1, .thread_name_prefix = "a_rather_long_name"});
  EXPECT_EQ(executor.submit(thread_name).result(), "a_rather_long_n");
  ThreadPoolExecutor other({.max_workers = 1, .thread_name_prefix = "short"});
  EXPECT_EQ(other.submit(thread_name).result(), "short_0");
}

TEST(ThreadPoolExecutorTest, OneThreadTakesThemInOrder) {
  ThreadPoolExecutor executor({.max_workers = 1});
  Log log;
  for (const char* each : {"a", "b", "c"}) {
    executor.submit([&log, each] { log.emplace_back(each); });
  }
  executor.shutdown();
  EXPECT_THAT(log, ElementsAre("a", "b", "c"));
}

TEST(ThreadPoolExecutorTest, WhatWaitsMayBeCancelled) {
  ThreadPoolExecutor executor({.max_workers = 1});
  std::latch begun(1);
  std::latch may_end(1);
  const auto running = executor.submit([&] {
    begun.count_down();
    may_end.wait();
  });
  bool has_run = false;
  const auto waiting = executor.submit([&] { has_run = true; });
  begun.wait();
  EXPECT_FALSE(running.cancel());
  EXPECT_TRUE(waiting.cancel());
  may_end.count_down();
  executor.shutdown();
  EXPECT_TRUE(running.done());
  EXPECT_FALSE(running.cancelled());
  EXPECT_FALSE(has_run);
}

TEST(ThreadPoolExecutorTest, ItsEndWaitsForAllCalls) {
  std::atomic<int> ended = 0;
  {
    ThreadPoolExecutor executor({.max_workers = 2});
    for (int i = 0; i < 20; ++i) executor.submit([&] { ++ended; });
  }
  EXPECT_EQ(ended, 20);
}

TEST(ThreadPoolExecutorTest, AfterShutdownItTakesNothing) {
  ThreadPoolExecutor executor;
  executor.shutdown();
  executor.shutdown();
  EXPECT_EQ(message_of<RuntimeError>([&] { return executor.submit([] {}); }),
            "cannot schedule new futures after shutdown");
}

TEST(ThreadPoolExecutorTest, ShutdownNeedNotWaitAndMayCancelWhatWaits) {
  std::latch begun(1);
  std::latch may_end(1);
  ThreadPoolExecutor executor({.max_workers = 1});
  const auto running = executor.submit([&] {
    begun.count_down();
    may_end.wait();
    return 1;
  });
  const auto waiting = executor.submit([] { return 2; });
  begun.wait();
  executor.shutdown(false, true);
  EXPECT_FALSE(running.done());
  EXPECT_TRUE(waiting.cancelled());
  may_end.count_down();
  EXPECT_EQ(running.result(), 1);
}

TEST(ThreadPoolExecutorTest, AllWhoShutItDownWaitForTheCalls) {
  ThreadPoolExecutor executor({.max_workers = 1});
  std::latch may_end(1);
  const auto call = executor.submit([&] { may_end.wait(); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      executor.shutdown();
      EXPECT_TRUE(call.done());
    });
  }
  may_end.count_down();
  for (std::thread& thread : threads) thread.join();
}

TEST(ThreadPoolExecutorTest, NoThreadOfItsOwnMayWaitForItsEnd) {
  ThreadPoolExecutor executor;
  const auto call = executor.submit([&] { executor.shutdown(); });
  EXPECT_EQ(message_of<RuntimeError>([&] {
              call.result();
              return 0;
            }),
            "cannot join current thread");
  EXPECT_THROW(executor.submit(add, 1, 2), RuntimeError);
}

TEST(ThreadPoolExecutorTest, ACallMaySubmitAnother) {
  ThreadPoolExecutor executor({.max_workers = 1});
  const auto outer =
      executor.submit([&] { return executor.submit(add, 2, 3); });
  EXPECT_EQ(outer.result().result(), 5);
}

TEST(ThreadPoolExecutorTest, ManyThreadsMaySubmitAtOnce) {
  std::atomic<int> sum = 0;
  {
    ThreadPoolExecutor executor({.max_workers = 4});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int call = 0; call < 500; ++call) executor.submit([&] { ++sum; });
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(sum, 2'000);
}

}  // namespace
}  // namespace asyncio
