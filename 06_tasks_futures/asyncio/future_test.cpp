// A future: pending, then done, once; what it gives, and who may await it.
#include "06_tasks_futures/asyncio/future.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::Pointee;
using tests::Counted;

class FutureTest : public LoopTest {};

template <typename T>
void expect_that_it_cannot_end_again(const Future<T>& future, T value) {
  EXPECT_EQ(message_of<InvalidStateError>([&] {
              future.set_result(value);
              return 0;
            }),
            "invalid state");
  EXPECT_THROW(future.set_exception(CustomError()), InvalidStateError);
  EXPECT_FALSE(future.cancel());
}

// ---- states

// test_initial_state
TEST_F(FutureTest, IsPendingAtFirst) {
  const auto future = loop().create_future<int>();
  EXPECT_FALSE(future.done());
  EXPECT_FALSE(future.cancelled());
  EXPECT_EQ(&future.get_loop(), &loop());
}

// test_result
TEST_F(FutureTest, HasTheResultThatItWasGiven) {
  const auto future = loop().create_future<int>();
  EXPECT_EQ(message_of<InvalidStateError>([&] { return future.result(); }),
            "Result is not set.");
  future.set_result(42);
  EXPECT_TRUE(future.done());
  EXPECT_FALSE(future.cancelled());
  EXPECT_EQ(future.result(), 42);
  EXPECT_EQ(future.exception(), nullptr);
  expect_that_it_cannot_end_again(future, 43);
  EXPECT_EQ(future.result(), 42);
}

struct alignas(64) Aligned {
  int number = 1;
};

TEST_F(FutureTest, HasAResultThatIsAlignedAsItsTypeAsks) {
  for (int i = 0; i < 3; ++i) {
    const auto future = loop().create_future<Aligned>();
    future.set_result(Aligned());
    const auto address = reinterpret_cast<std::uintptr_t>(&future.result());
    EXPECT_EQ(address % alignof(Aligned), 0U);
  }
}

// test_exception
TEST_F(FutureTest, HasTheExceptionThatItWasGiven) {
  const auto future = loop().create_future<int>();
  EXPECT_EQ(message_of<InvalidStateError>([&] { return future.exception(); }),
            "Exception is not set.");
  const auto exception = std::make_exception_ptr(std::runtime_error("no"));
  future.set_exception(exception);
  EXPECT_TRUE(future.done());
  EXPECT_FALSE(future.cancelled());
  EXPECT_EQ(message_of<std::runtime_error>([&] { return future.result(); }),
            "no");
  EXPECT_EQ(future.exception(), exception);
  EXPECT_EQ(future.exception(), exception);
  expect_that_it_cannot_end_again(future, 42);
}

// test_cancel
TEST_F(FutureTest, ThrowsCancelledErrorOnceItIsCancelled) {
  const auto future = loop().create_future<int>();
  EXPECT_TRUE(future.cancel());
  EXPECT_TRUE(future.cancelled());
  EXPECT_TRUE(future.done());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(message_of<CancelledError>([&] { return future.result(); }), "");
    EXPECT_EQ(message_of<CancelledError>([&] { return future.exception(); }),
              "");
  }
  expect_that_it_cannot_end_again(future, 42);
}

TEST_F(FutureTest, KeepsTheMessageOfItsCancellation) {
  const auto future = loop().create_future<int>();
  future.cancel("my message");
  EXPECT_EQ(message_of<CancelledError>([&] { return future.result(); }),
            "my message");
  EXPECT_EQ(message_of<CancelledError>([&] { return future.exception(); }),
            "my message");
}

TEST_F(FutureTest, NeedsAnExceptionToFail) {
  const auto future = loop().create_future<int>();
  EXPECT_THROW(future.set_exception(std::exception_ptr()), ValueError);
  EXPECT_FALSE(future.done());
}

TEST_F(FutureTest, MayFailWithAnyTypeOfException) {
  const auto future = loop().create_future<int>();
  future.set_exception(CustomError{7});
  try {
    static_cast<void>(future.result());
    FAIL();
  } catch (const CustomError& error) {
    EXPECT_EQ(error.number, 7);
  }
}

TEST_F(FutureTest, AResultThatCannotBeMadeLeavesItPending) {
  struct Throws {
    Throws() = default;
    Throws(Throws&&) { throw CustomError(); }
  };
  const auto future = loop().create_future<Throws>();
  EXPECT_THROW(future.set_result(Throws()), CustomError);
  EXPECT_FALSE(future.done());
  EXPECT_TRUE(future.cancel());
}

// ---- results of any type

TEST_F(FutureTest, MayHaveNoResult) {
  const Future<> future = loop().create_future();
  future.set_result();
  future.result();
  static_assert(std::is_void_v<decltype(future.result())>);
  EXPECT_TRUE(future.done());
}

TEST_F(FutureTest, MayHaveAReference) {
  int number = 1;
  const auto future = loop().create_future<int&>();
  future.set_result(number);
  future.result() = 2;
  EXPECT_EQ(number, 2);
  static_assert(std::same_as<decltype(future.result()), int&>);
}

TEST_F(FutureTest, MayHaveWhatCanOnlyBeMoved) {
  const auto future = loop().create_future<std::unique_ptr<int>>();
  future.set_result(std::make_unique<int>(5));
  static_assert(
      std::same_as<decltype(future.result()), const std::unique_ptr<int>&>);
  EXPECT_THAT(future.result(), Pointee(5));
}

TEST_F(FutureTest, MakesItsResultInPlaceOfWhatItIsGiven) {
  const auto future = loop().create_future<std::string>();
  future.set_result("text");
  EXPECT_EQ(future.result(), "text");
}

TEST_F(FutureTest, IsOneWordWhoseCopiesShareTheResult) {
  static_assert(sizeof(Future<int>) == sizeof(void*));
  const auto future = loop().create_future<int>();
  const Future<int> copy = future;
  EXPECT_EQ(copy, future);
  EXPECT_NE(copy, loop().create_future<int>());
  copy.set_result(3);
  EXPECT_EQ(future.result(), 3);
}

// ---- awaiting

Coroutine<int> awaits_twice(Future<int> future, Log& log) {
  log.emplace_back("A");
  const int first = co_await future;
  log.push_back("B " + std::to_string(first));
  const int second = co_await future;
  log.push_back("C " + std::to_string(second));
  co_return second;
}

// test_yield_from_twice
TEST_F(FutureTest, AwaitingOneThatIsDoneDoesNotWait) {
  const auto future = loop().create_future<int>();
  loop().create_task(awaits_twice(future, log_));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A"));
  future.set_result(42);
  EXPECT_THAT(log_, ElementsAre("A"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A", "B 42", "C 42"));
}

TEST_F(FutureTest, ManyMayAwaitItAndAreWokenInTheirOrder) {
  const auto future = loop().create_future<int>();
  for (int i = 0; i < 3; ++i) loop().create_task(awaits_twice(future, log_));
  run_turns(1);
  log_.clear();
  future.set_result(1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B 1", "C 1", "B 1", "C 1", "B 1", "C 1"));
}

Coroutine<> awaits_counted(Future<Counted> future) {
  const Counted& shared = co_await future;
  EXPECT_EQ(&shared, &future.result());
  EXPECT_EQ(Counted::copies, 0);
  const Counted copied = co_await Future<Counted>(future);
  EXPECT_EQ(Counted::copies, 1);
  const Counted moved = co_await std::move(future);
  EXPECT_EQ(Counted::copies, 1);
}

// What somebody else may still ask for is copied, not taken away from him.
TEST_F(FutureTest, AnLvalueGivesItsResultARvalueHandsItOver) {
  auto future = loop().create_future<Counted>();
  future.set_result(Counted());
  run(awaits_counted(std::move(future)));
}

Coroutine<> awaits_pointer(Future<std::unique_ptr<int>> future) {
  const std::unique_ptr<int>& shared = co_await future;
  EXPECT_THAT(shared, Pointee(5));
  const std::unique_ptr<int> moved = co_await std::move(future);
  EXPECT_THAT(moved, Pointee(5));
}

TEST_F(FutureTest, ARvalueHandsOverWhatCannotBeCopied) {
  auto future = loop().create_future<std::unique_ptr<int>>();
  future.set_result(std::make_unique<int>(5));
  run(awaits_pointer(std::move(future)));
}

template <typename T>
using OfLvalue = decltype(std::declval<const Future<T>&>()
                              .operator co_await()
                              .await_resume());
template <typename T>
using OfRvalue =
    decltype(std::declval<Future<T>>().operator co_await().await_resume());
static_assert(std::same_as<OfLvalue<int>, const int&>);
static_assert(std::same_as<OfRvalue<int>, int>);
static_assert(std::same_as<OfLvalue<int&>, int&>);
static_assert(std::same_as<OfRvalue<int&>, int&>);
static_assert(std::same_as<OfLvalue<void>, void>);
static_assert(std::same_as<OfRvalue<void>, void>);

Coroutine<> catches(Future<> future, Log& log) {
  try {
    co_await future;
  } catch (const CustomError&) {
    log.emplace_back("CustomError");
  } catch (const CancelledError& error) {
    log.emplace_back(error.what());
  }
}

TEST_F(FutureTest, AwaitingThrowsWhatItFailedWith) {
  const Future<> failed = loop().create_future();
  const Future<> cancelled = loop().create_future();
  loop().create_task(catches(failed, log_));
  loop().create_task(catches(cancelled, log_));
  run_turns(1);
  failed.set_exception(CustomError());
  cancelled.cancel("my message");
  run_turns(1);
  run(catches(failed, log_));
  run(catches(cancelled, log_));
  EXPECT_THAT(log_, ElementsAre("CustomError", "my message", "CustomError",
                                "my message"));
}

}  // namespace
}  // namespace asyncio
