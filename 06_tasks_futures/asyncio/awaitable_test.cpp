// What may be awaited, and what ensure_future makes of it. The names in
// comments are those of CPython's tests.
#include "06_tasks_futures/asyncio/awaitable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/children_test.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Pointee;

class AwaitableTest : public ChildrenTest {};

/// Gives a coroutine's awaiter: as `__await__` gives a coroutine's iterator.
class OfCoroutine {
 public:
  auto operator co_await() && { return returns(7).operator co_await(); }
};

/// The operator may stand outside.
struct WithFreeOperator {
  Future<int> future;
};
auto operator co_await(const WithFreeOperator& awaitable) {
  return awaitable.future.operator co_await();
}

/// Waits for nothing, and gives a part of itself.
class Owner {
 public:
  explicit Owner(std::string text) : text_(std::move(text)) {}
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<> /*self*/) const noexcept {}
  std::string&& await_resume() noexcept { return std::move(text_); }

 private:
  std::string text_;
};

// test_ensure_future_coroutine
TEST_F(AwaitableTest, OfACoroutineATaskIsMade) {
  const Future<int> task = in_loop([] { return ensure_future(returns(1)); });
  EXPECT_TRUE(task.state().is_task());
  EXPECT_EQ(&task.get_loop(), &loop());
  EXPECT_EQ(run(task), 1);
}

TEST_F(AwaitableTest, OfACoroutineATaskIsMadeInTheLoopThatIsGiven) {
  const Future<int> task = ensure_future(returns(1), &loop());
  EXPECT_EQ(run(task), 1);
}

TEST_F(AwaitableTest, WithoutALoopThereIsNoTask) {
  const std::string said = stderr_of([] {
    EXPECT_EQ(thrown_by([] { return ensure_future(returns(1)); }),
              "RuntimeError: no running event loop");
  });
  EXPECT_THAT(said, HasSubstr("was never awaited"));
}

// test_ensure_future_future, test_ensure_future_task
TEST_F(AwaitableTest, AFutureIsItself) {
  const Future<std::string> future = loop().create_future<std::string>();
  EXPECT_EQ(ensure_future(future), future);
  EXPECT_EQ(ensure_future(future, &loop()), future);
  const Task<int> task = loop().create_task(returns(1));
  EXPECT_EQ(ensure_future(task), task);
  run(task);
}

// test_ensure_future_error_msg
TEST_F(AwaitableTest, AFutureOfAnotherLoopIsRefused) {
  EventLoop other(virtual_time);
  const Future<int> future = other.create_future<int>();
  EXPECT_EQ(thrown_by([&] { return ensure_future(future, &loop()); }),
            "ValueError: The future belongs to a different loop than the one "
            "specified as the loop argument");
}

// test_ensure_future_awaitable, test_ensure_future_task_awaitable
TEST_F(AwaitableTest, WhateverCanBeAwaitedBecomesATask) {
  EXPECT_EQ(run(ensure_future(OfCoroutine(), &loop())), 7);
  run(ensure_future(sleep(1s), &loop()));
  EXPECT_EQ(passed(), 1s);
  const Future<int> future = loop().create_future<int>();
  const Future<int> task = ensure_future(WithFreeOperator{future}, &loop());
  future.set_result(8);
  EXPECT_EQ(run(task), 8);
}

TEST_F(AwaitableTest, WhatIsALvalueIsCopied) {
  const Sleep second = sleep(1s);
  const Future<> first = ensure_future(second, &loop());
  const Future<> other = ensure_future(second, &loop());
  run(first);
  run(other);
  EXPECT_EQ(passed(), 1s);
}

TEST_F(AwaitableTest, WhatAnAwaitableGivesOfItselfOutlivesIt) {
  static_assert(std::same_as<AwaitResult<Owner>, std::string>);
  const Future<std::string> task =
      ensure_future(Owner("a long, long, long string"), &loop());
  EXPECT_EQ(run(task), "a long, long, long string");
}

TEST_F(AwaitableTest, ResultsMayBeMoveOnlyOrReferences) {
  EXPECT_THAT(run(ensure_future(makes(1), &loop())), Pointee(1));
  int value = 0;
  EXPECT_EQ(&run(ensure_future(refers_to(value), &loop())), &value);
}

static_assert(Awaitable<Sleep> && BecomesFuture<const Sleep&>);
static_assert(Awaitable<OfCoroutine> && !Awaitable<OfCoroutine&>);
static_assert(Awaitable<WithFreeOperator> && Awaitable<Owner>);
static_assert(Awaitable<std::suspend_never>);
static_assert(!Awaitable<std::string> && !Awaitable<std::vector<Sleep>>);
static_assert(!Awaitable<const Coroutine<int>>);
static_assert(!BecomesFuture<Coroutine<int>&>);
static_assert(!BecomesFuture<FutureAwaiter<int, true>>);  // cannot be moved
static_assert(std::is_void_v<AwaitResult<Sleep>>);
static_assert(std::same_as<AwaitResult<Coroutine<int&>>, int&>);
static_assert(std::same_as<AwaitResult<Coroutine<const int&>>, const int&>);
static_assert(std::same_as<AwaitResult<Task<int>&>, int>);
static_assert(std::same_as<AwaitResult<WithFreeOperator>, int>);

}  // namespace
}  // namespace asyncio
