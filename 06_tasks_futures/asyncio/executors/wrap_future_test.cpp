// What other threads make, awaited.
#include "06_tasks_futures/asyncio/executors/wrap_future.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "06_tasks_futures/asyncio/executors/executors_test.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;

using WrapFutureTest = ExecutorTest;

Coroutine<int> awaits(ConcurrentFuture<int> source) {
  co_return co_await wrap_future(source);
}

// test_wrap_future
TEST_F(WrapFutureTest, AWrappedFutureEndsInTheLoopsThread) {
  const ConcurrentFuture<int> source;
  std::optional<std::thread> other;
  loop().call_later(1ms, [&] { other.emplace([&] { source.set_result(5); }); });
  EXPECT_EQ(run(awaits(source)), 5);
  other->join();
  EXPECT_EQ(source.result(), 5);
}

TEST_F(WrapFutureTest, AWrappedFutureOfWhatIsDoneEndsToo) {
  const ConcurrentFuture<int> source;
  source.set_result(6);
  EXPECT_EQ(run(wrap_future(source, &loop())), 6);
  const ConcurrentFuture<int> failed;
  failed.set_exception(std::make_exception_ptr(ValueError("no")));
  EXPECT_EQ(thrown_by([&] { return run(wrap_future(failed, &loop())); }),
            "ValueError: no");
}

// test_wrap_future_cancel
TEST_F(WrapFutureTest, CancellingAWrappedFutureCancelsItsSource) {
  const ConcurrentFuture<int> source;
  const Future<int> future = wrap_future(source, &loop());
  future.cancel();
  run_turns(1);
  EXPECT_TRUE(source.cancelled());
  run_turns(1);
}

// test_wrap_future_cancel2
TEST_F(WrapFutureTest, WhatEndsAfterItsWrapWasCancelledIsNotHeardOf) {
  const ConcurrentFuture<int> source;
  const Future<int> future = wrap_future(source, &loop());
  source.set_result(42);
  future.cancel();
  run_turns(2);
  EXPECT_EQ(source.result(), 42);
  EXPECT_TRUE(future.cancelled());
}

TEST_F(WrapFutureTest, CancellingTheSourceCancelsItsWrap) {
  const ConcurrentFuture<int> source;
  const Future<int> future = wrap_future(source, &loop());
  source.cancel();
  run_turns(1);
  EXPECT_TRUE(future.cancelled());
}

/// Can be made, but not copied.
struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(ThrowsWhenCopied&&) = default;
  ThrowsWhenCopied(const ThrowsWhenCopied& /*other*/) {
    throw ValueError("no copies");
  }
  ThrowsWhenCopied& operator=(const ThrowsWhenCopied&) = delete;
};

TEST_F(WrapFutureTest, AResultThatCannotBeCopiedIsTheWrapsFailure) {
  const ConcurrentFuture<ThrowsWhenCopied> source;
  source.set_result(ThrowsWhenCopied());
  const auto future = wrap_future(source, &loop());
  run_turns(1);
  EXPECT_EQ(named(future.exception()), "ValueError: no copies");
}

TEST_F(WrapFutureTest, AWrapDiesWithItsLoopInTheLoopsThread) {
  const ConcurrentFuture<std::shared_ptr<int>> source;
  const auto value = std::make_shared<int>(1);
  static_cast<void>(wrap_future(source, &loop()));
  close_loop();
  std::thread([&] { source.set_result(value); }).join();
  EXPECT_EQ(value.use_count(), 2);
}

}  // namespace
}  // namespace asyncio
