// Coroutines that other threads have run, and wait for.
#include "06_tasks_futures/asyncio/executors/run_coroutine_threadsafe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/executors/executors_test.hpp"
#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Coroutine<int> adds(int a, int b, bool fails, bool cancels) {
  co_await sleep(1ms);
  if (fails) throw ValueError("Fail!");
  if (cancels) {
    current_task()->cancel();
    co_await sleep(0s);
  }
  co_return a + b;
}

/// What a thread gets of a coroutine that the test's loop runs.
class ThreadsafeTest : public ExecutorTest {
 protected:
  std::string in_thread(std::function<std::string()> function) {
    return run(call(std::move(function)));
  }

 private:
  static Coroutine<std::string> call(std::function<std::string()> function) {
    co_return co_await to_thread(std::move(function));
  }
};

// test_run_coroutine_threadsafe
TEST_F(ThreadsafeTest, GivesWhatTheCoroutineGives) {
  EXPECT_EQ(in_thread([this] {
              return std::to_string(
                  run_coroutine_threadsafe(adds(1, 2, false, false), loop())
                      .result());
            }),
            "3");
}

// test_run_coroutine_threadsafe_with_exception
TEST_F(ThreadsafeTest, ThrowsWhatTheCoroutineThrows) {
  EXPECT_EQ(in_thread([this] {
              const auto future =
                  run_coroutine_threadsafe(adds(1, 2, true, false), loop());
              return thrown_by([&] { return future.result(); });
            }),
            "ValueError: Fail!");
}

// test_run_coroutine_threadsafe_with_timeout
TEST_F(ThreadsafeTest, ATimeoutOfTheThreadMayCancelTheTask) {
  EXPECT_EQ(in_thread([this] {
              const auto future = run_coroutine_threadsafe(
                  sleep(std::chrono::hours(1), 1), loop());
              const std::string thrown =
                  thrown_by([&] { return future.result(0s); });
              EXPECT_TRUE(future.cancel());
              return thrown;
            }),
            "TimeoutError");
  while (!all_tasks(loop()).empty()) run_turns(1);
}

// test_run_coroutine_threadsafe_task_cancelled
TEST_F(ThreadsafeTest, ATaskThatIsCancelledCancelsTheFuture) {
  EXPECT_EQ(in_thread([this] {
              const auto future =
                  run_coroutine_threadsafe(adds(1, 2, false, true), loop());
              return thrown_by([&] { return future.result(); });
            }),
            "CancelledError");
}

TEST_F(ThreadsafeTest, AClosedLoopRefuses) {
  loop().close();
  testing::internal::CaptureStderr();
  EXPECT_EQ(message_of<RuntimeError>([&] {
              return run_coroutine_threadsafe(adds(1, 2, false, false), loop());
            }),
            "Event loop is closed");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("was never awaited"));
}

TEST_F(ThreadsafeTest, WhoeverWaitsForALoopThatClosesGoesOn) {
  const auto begun =
      run_coroutine_threadsafe(sleep(std::chrono::hours(1), 1), loop());
  run_turns(2);
  const auto waiting = run_coroutine_threadsafe(sleep(0s, 1), loop());
  testing::internal::CaptureStderr();
  loop().close();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("was never awaited"));
  EXPECT_TRUE(begun.cancelled());
  EXPECT_TRUE(waiting.cancelled());
  EXPECT_THAT(reports_,
              ElementsAre("Task was destroyed but it is pending! Task-1"));
  reports_.clear();
}

}  // namespace
}  // namespace asyncio
