// Threads beside the loop: to_thread, run_in_executor.
#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/executors/executors_test.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// test_to_thread, test_to_thread_args
Coroutine<> calls_with_arguments() {
  const std::thread::id here = std::this_thread::get_id();
  const auto there = co_await to_thread(std::this_thread::get_id);
  EXPECT_NE(here, there);
  EXPECT_EQ(std::this_thread::get_id(), here);
  const int sum = co_await to_thread([](int a, int b) { return a + b; }, 1, 2);
  EXPECT_EQ(sum, 3);
  auto text = std::make_unique<std::string>("moved");
  const auto back = co_await to_thread(
      [](std::unique_ptr<std::string> mine) { return mine; }, std::move(text));
  EXPECT_EQ(*back, "moved");
  int changed = 0;
  co_await to_thread([](int& value) { value = 5; }, std::ref(changed));
  EXPECT_EQ(changed, 5);
}

TEST_F(ExecutorTest, ToThreadCallsInAnotherThreadAndComesBack) {
  run(calls_with_arguments());
}

// test_to_thread_concurrent, test_run_in_executor: none of these calls ends
// before all have begun.
Coroutine<int> calls_at_once(int n) {
  std::latch all(n);
  std::vector<Coroutine<int>> calls;
  for (int i = 0; i < n; ++i) {
    calls.push_back(to_thread([&all, i] {
      all.arrive_and_wait();
      return i;
    }));
  }
  int sum = 0;
  for (const int each : co_await gather(std::move(calls))) sum += each;
  co_return sum;
}

TEST_F(ExecutorTest, CallsOverlap) {
  EXPECT_EQ(run(calls_at_once(3)), 3);
}

// The loop goes on meanwhile: the call ends only when it has.
Coroutine<> waits_for_the_loop(std::latch& loop_went_on) {
  co_await to_thread([&] { loop_went_on.wait(); });
}
Coroutine<> goes_on(std::latch& loop_went_on) {
  for (int i = 0; i < 10; ++i) co_await sleep(0s);
  loop_went_on.count_down();
}

TEST_F(ExecutorTest, TheLoopGoesOnMeanwhile) {
  std::latch loop_went_on(1);
  start(goes_on(loop_went_on));
  run(waits_for_the_loop(loop_went_on));
}

Coroutine<> throws_there(Log& log) {
  try {
    co_await to_thread([] { throw ValueError("from there"); });
  } catch (const ValueError& error) {
    log.emplace_back(error.what());
  }
}

// test_to_thread_exception
TEST_F(ExecutorTest, ExceptionsComeBack) {
  run(throws_there(log_));
  EXPECT_THAT(log_, ElementsAre("from there"));
}

/// A call that lasts until it is told to end.
struct LongCall {
  void operator()() {
    begun.count_down();
    may_end.wait();
    has_ended = true;
  }
  std::latch begun{1};
  std::latch may_end{1};
  std::atomic<bool> has_ended = false;
};

Coroutine<> starts_and_cancels(LongCall& call) {
  const auto future =
      run_in_executor(get_running_loop().default_executor(), std::ref(call));
  while (!call.begun.try_wait()) co_await sleep(1ms);
  future.cancel();
}

// test_run_in_executor_cancel: the loop may close while the call runs.
TEST_F(ExecutorTest, ACancelledCallRunsOnAndNobodyHearsOfItsEnd) {
  LongCall call;
  run(starts_and_cancels(call));
  std::thread other([&] { call.may_end.count_down(); });
  close_loop();
  other.join();
  EXPECT_TRUE(call.has_ended);
}

Coroutine<> gives_up(LongCall& call, Log& log) {
  const Task<> task = create_task(to_thread(std::ref(call)));
  while (!call.begun.try_wait()) co_await sleep(1ms);
  try {
    co_await wait_for(task, 1ms);
  } catch (const TimeoutError&) {
    log.emplace_back("timeout");
  }
  EXPECT_FALSE(call.has_ended);
  call.may_end.count_down();
}

TEST_F(ExecutorTest, ATimeoutEndsTheWaitNotTheCall) {
  LongCall call;
  run(gives_up(call, log_));
  EXPECT_THAT(log_, ElementsAre("timeout"));
  close_loop();  // it waits for the call, which refers to this frame
  EXPECT_TRUE(call.has_ended);
}

// ---- one's own executor

Coroutine<int> counts_in(ThreadPoolExecutor& executor) {
  co_return co_await run_in_executor(executor, [] { return 3; });
}

TEST_F(ExecutorTest, AnExecutorMayServeManyLoops) {
  ThreadPoolExecutor executor({.max_workers = 1});
  EXPECT_EQ(run(counts_in(executor)), 3);
  close_loop();
  EXPECT_EQ(asyncio::run(counts_in(executor)), 3);
}

TEST_F(ExecutorTest, OutsideOfALoopThereIsNone) {
  ThreadPoolExecutor executor;
  EXPECT_EQ(message_of<RuntimeError>(
                [&] { return run_in_executor(executor, [] {}); }),
            "no running event loop");
}

Coroutine<> leaves_a_call(ThreadPoolExecutor& executor, std::latch& may_end) {
  static_cast<void>(run_in_executor(executor, [&] { may_end.wait(); }));
  co_return;
}

TEST_F(ExecutorTest, ACallMayEndAfterItsLoop) {
  std::latch may_end(1);
  ThreadPoolExecutor executor;
  run(leaves_a_call(executor, may_end));
  close_loop();
  may_end.count_down();
}

Coroutine<> sets_executor(std::shared_ptr<ThreadPoolExecutor> executor) {
  get_running_loop().set_default_executor(std::move(executor));
  co_await to_thread([] {});
}

TEST_F(ExecutorTest, TheDefaultMayBeAnother) {
  const auto executor = std::make_shared<ThreadPoolExecutor>();
  run(sets_executor(executor));
  EXPECT_EQ(executor->size(), 1);
  EXPECT_THROW(loop().set_default_executor(nullptr), ValueError);
}

Coroutine<> is_refused_after_shutdown(Log& log) {
  co_await to_thread([] {});
  co_await shutdown_default_executor();
  co_await shutdown_default_executor();
  try {
    co_await to_thread([] {});
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

TEST_F(ExecutorTest, AfterItsShutdownThereAreNoThreads) {
  run(is_refused_after_shutdown(log_));
  EXPECT_THAT(log_, ElementsAre("Executor shutdown has been called"));
}

Coroutine<> gives_up_the_shutdown(LongCall& call, Log& log) {
  const auto future =
      run_in_executor(get_running_loop().default_executor(), std::ref(call));
  while (!call.begun.try_wait()) co_await sleep(1ms);
  try {
    co_await wait_for(shutdown_default_executor(), 1ms);
  } catch (const TimeoutError&) {
    log.emplace_back("timeout");
  }
  EXPECT_FALSE(call.has_ended);
  call.may_end.count_down();
}

TEST_F(ExecutorTest, AShutdownThatIsGivenUpIsTheLoopsAtItsEnd) {
  LongCall call;
  run(gives_up_the_shutdown(call, log_));
  EXPECT_THAT(log_, ElementsAre("timeout"));
  close_loop();
  EXPECT_TRUE(call.has_ended);
}

Coroutine<> leaves_calls(std::atomic<int>& ended) {
  for (int i = 0; i < 50; ++i) {
    static_cast<void>(run_in_executor(get_running_loop().default_executor(),
                                      [&ended] { ++ended; }));
  }
  co_return;
}

TEST_F(ExecutorTest, RunWaitsForAllCalls) {
  std::atomic<int> ended = 0;
  asyncio::run(leaves_calls(ended));
  EXPECT_EQ(ended, 50);
}

}  // namespace
}  // namespace asyncio
