// A task: when it runs, what it comes to, who it is, and what may be awaited.
#include "06_tasks_futures/asyncio/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/coroutines_test.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

class TaskTest : public LoopTest {};

// ---- turns

Coroutine<> notes(Log& log, std::string name) {
  log.push_back(name);
  co_return;
}

TEST_F(TaskTest, StartsInTheNextTurnInTheOrderOfCreation) {
  loop().create_task(notes(log_, "first"));
  loop().create_task(notes(log_, "second"));
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first", "second"));
}

TEST_F(TaskTest, RunsThoughNobodyKeepsIt) {
  struct Sleeps {
    static Coroutine<> long_enough(Log& log) {
      co_await sleep(1h);
      log.emplace_back("done");
    }
  };
  loop().create_task(Sleeps::long_enough(log_));
  loop().call_later(2h, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("done"));
}

Coroutine<> awaits_a_coroutine(Log& log) {
  log.emplace_back("before");
  co_await notes(log, "coroutine");
  log.emplace_back("after");
}

TEST_F(TaskTest, AwaitingACoroutineDoesNotGoThroughTheLoop) {
  loop().create_task(awaits_a_coroutine(log_));
  loop().call_soon(note("another"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("before", "coroutine", "after", "another"));
}

Coroutine<> awaits_a_task(Log& log) {
  log.emplace_back("before");
  co_await create_task(notes(log, "task"));
  log.emplace_back("after");
}

TEST_F(TaskTest, AwaitingATaskTakesTwoTurns) {
  loop().create_task(awaits_a_task(log_));
  loop().call_soon(note("another"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("before", "another"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("before", "another", "task"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("before", "another", "task", "after"));
}

Coroutine<> counts(Log& log, std::string name, int last) {
  for (int i = 0; i < last; ++i) {
    log.push_back(name + std::to_string(i));
    co_await sleep(0s);
  }
}

TEST_F(TaskTest, TasksTakeTurns) {
  loop().create_task(counts(log_, "A", 3));
  loop().create_task(counts(log_, "B", 3));
  run_turns(4);
  EXPECT_THAT(log_, ElementsAre("A0", "B0", "A1", "B1", "A2", "B2"));
}

TEST_F(TaskTest, ItsDoneCallbacksRunInTheTurnAfterItsLast) {
  const Task<> task = loop().create_task(notes(log_, "task"));
  task.add_done_callback([this](const Future<>& done) {
    EXPECT_TRUE(done.done());
    log_.emplace_back("done");
  });
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_THAT(log_, ElementsAre("task"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("task", "done"));
}

// ---- results

Coroutine<int> adds() {
  const int a = co_await returns(42);
  const int b = co_await returns(1000);
  co_return a + b;
}

// test_task_basics
TEST_F(TaskTest, HasTheResultOfItsCoroutine) {
  const Task<int> task = loop().create_task(adds());
  EXPECT_FALSE(task.done());
  EXPECT_THROW(static_cast<void>(task.result()), InvalidStateError);
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_FALSE(task.cancelled());
  EXPECT_EQ(task.result(), 1042);
  EXPECT_EQ(task.exception(), nullptr);
}

Coroutine<std::string> speaks() {
  co_return "converted";
}

Coroutine<> awaits_all_kinds(int& number) {
  co_await sleep(0s);
  int& direct = co_await refers_to(number);
  EXPECT_EQ(&direct, &number);
  int& of_task = co_await create_task(refers_to(number));
  EXPECT_EQ(&of_task, &number);
  const std::unique_ptr<int> made = co_await makes(1);
  EXPECT_THAT(made, Pointee(1));
  const std::unique_ptr<int> made_by_task = co_await create_task(makes(2));
  EXPECT_THAT(made_by_task, Pointee(2));
  const std::string spoken = co_await speaks();
  EXPECT_EQ(spoken, "converted");
}

TEST_F(TaskTest, ResultsAreOfAnyType) {
  int number = 3;
  run(awaits_all_kinds(number));
  EXPECT_EQ(&run(refers_to(number)), &number);
  EXPECT_THAT(run(makes(4)), Pointee(4));
  const Task<int&> task = loop().create_task(refers_to(number));
  EXPECT_EQ(&run(task), &number);
  EXPECT_EQ(&task.result(), &number);
}

Coroutine<Counted> returns_counted() {
  Counted counted;
  co_return std::move(counted);
}

Coroutine<> awaits_counted() {
  const Counted direct = co_await returns_counted();
  const Counted of_task = co_await create_task(returns_counted());
  EXPECT_EQ(Counted::copies, 0);
  const Task<Counted> kept = create_task(returns_counted());
  const Counted& shared = co_await kept;
  EXPECT_EQ(&shared, &kept.result());
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::alive, 3);
}

TEST_F(TaskTest, ResultsAreMovedAndNeverCopied) {
  run(awaits_counted());
}

Coroutine<Future<int>> returns_future(Future<int> future) {
  co_return future;
}
Coroutine<> sets(Future<int> future) {
  future.set_result(5);
  co_return;
}

// test_coroutine_non_gen_function_return_future
TEST_F(TaskTest, AFutureThatIsReturnedIsNotAwaited) {
  const auto future = loop().create_future<int>();
  const auto returned = loop().create_task(returns_future(future));
  loop().create_task(sets(future));
  EXPECT_EQ(run(returned), future);
  EXPECT_EQ(future.result(), 5);
}

// test_step_result_future
TEST_F(TaskTest, GoesOnInTheTurnAfterItsFutureIsDone) {
  struct Awaits {
    static Coroutine<> one(Future<int> future, int& result) {
      result = co_await future;
    }
  };
  int result = 0;
  const auto future = loop().create_future<int>();
  const Task<> task = loop().create_task(Awaits::one(future, result));
  run_turns(1);
  future.set_result(9);
  run_turns(1);
  EXPECT_EQ(result, 9);
  EXPECT_TRUE(task.done());
}

// ---- exceptions

template <typename Error>
Coroutine<int> throws(Error error) {
  co_await sleep(0s);
  throw error;
}

template <typename Error>
Coroutine<std::string> catches(Error error) {
  try {
    co_await throws(std::move(error));
  } catch (const std::runtime_error& caught) {
    co_return caught.what();
  } catch (const CustomError& caught) {
    co_return "CustomError " + std::to_string(caught.number);
  } catch (int number) {
    co_return std::to_string(number);
  }
  co_return "nothing";
}

TEST_F(TaskTest, ExceptionsOfAnyTypeComeOutOfTheAwait) {
  EXPECT_EQ(run(catches(std::runtime_error("no"))), "no");
  EXPECT_EQ(run(catches(CustomError{7})), "CustomError 7");
  EXPECT_EQ(run(catches(8)), "8");
}

TEST_F(TaskTest, AnExceptionIsTheTasksExceptionAndIsThrownByEachAwait) {
  const Task<int> task = loop().create_task(throws(std::runtime_error("no")));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(message_of<std::runtime_error>([&] { return run(task); }), "no");
  }
  EXPECT_TRUE(task.exception());
  EXPECT_FALSE(task.cancelled());
  EXPECT_EQ(message_of<std::runtime_error>([&] { return task.result(); }),
            "no");
}

struct ThrowsWhenMoved {
  explicit ThrowsWhenMoved(int moves) : moves_left(moves) {}
  ThrowsWhenMoved(ThrowsWhenMoved&& other) : moves_left(other.moves_left - 1) {
    if (moves_left < 0) throw CustomError{3};
  }
  int moves_left;
};
Coroutine<ThrowsWhenMoved> returns_throwing(int moves) {
  const Counted counted;
  co_return ThrowsWhenMoved(moves);
}

TEST_F(TaskTest, AResultThatCannotBeMovedIsAnException) {
  for (const int moves : {0, 1}) {
    const auto task = loop().create_task(returns_throwing(moves));
    run_turns(1);
    ASSERT_TRUE(task.done());
    EXPECT_THROW(static_cast<void>(task.result()), CustomError);
    EXPECT_EQ(Counted::alive, 0);
  }
}

// test_task_set_methods
TEST_F(TaskTest, ItsResultCannotBeSet) {
  const Task<int> task = loop().create_task(returns(1));
  const Future<int> future = task;
  EXPECT_EQ(message_of<RuntimeError>([&] { return future.set_result(2), 0; }),
            "Task does not support set_result operation");
  EXPECT_EQ(message_of<RuntimeError>(
                [&] { return future.set_exception(CustomError()), 0; }),
            "Task does not support set_exception operation");
  EXPECT_EQ(run(task), 1);
}

// ---- what cannot be awaited

Coroutine<> awaits(std::optional<Task<>>& task) {
  co_await *task;
}

// test_task_awaits_on_itself
TEST_F(TaskTest, CannotAwaitItself) {
  std::optional<Task<>> task;
  task = loop().create_task(awaits(task), "Narcissus");
  EXPECT_EQ(message_of<RuntimeError>([&] { return run(*task), 0; }),
            "Task cannot await on itself: Narcissus");
}

Coroutine<> awaits_future(Future<> future) {
  co_await future;
}

// test_other_loop_future
TEST_F(TaskTest, CannotAwaitAFutureOfAnotherLoop) {
  EventLoop other(virtual_time);
  const Future<> future = other.create_future();
  EXPECT_THAT(
      message_of<RuntimeError>([&] { return run(awaits_future(future)), 0; }),
      HasSubstr("attached to a"));
}

Coroutine<int> awaits_twice(Coroutine<int> coroutine) {
  const int first = co_await std::move(coroutine);
  const int second = co_await std::move(coroutine);
  co_return first + second;
}

TEST_F(TaskTest, ACoroutineCannotBeAwaitedTwice) {
  EXPECT_EQ(
      message_of<RuntimeError>([&] { return run(awaits_twice(returns(1))); }),
      "cannot reuse already awaited coroutine");
}

TEST_F(TaskTest, ACoroutineCannotBeMadeATaskTwice) {
  Coroutine<int> coroutine = returns(1);
  loop().create_task(std::move(coroutine));
  EXPECT_EQ(message_of<RuntimeError>(
                [&] { return loop().create_task(std::move(coroutine)); }),
            "cannot reuse already awaited coroutine");
  EXPECT_EQ(all_tasks(loop()).size(), 1U);
  run_turns(1);
}

TEST_F(TaskTest, NeedsALoopThatRuns) {
  EXPECT_THAT(stderr_of([] {
                EXPECT_EQ(message_of<RuntimeError>(
                              [] { return create_task(returns(1)); }),
                          "no running event loop");
              }),
              HasSubstr("coroutine 'returns' was never awaited"));
}

template <typename T>
concept AwaitableAsLvalue =
    requires(T& awaited) { awaited.operator co_await(); };
template <typename T>
concept AwaitableAsRvalue =
    requires(T&& awaited) { std::move(awaited).operator co_await(); };

// A coroutine runs once, so it has to be given away; futures may be asked
// again.
static_assert(!AwaitableAsLvalue<Coroutine<int>>);
static_assert(AwaitableAsRvalue<Coroutine<int>>);
static_assert(AwaitableAsLvalue<Future<int>> && AwaitableAsLvalue<Task<int>>);
static_assert(AwaitableAsRvalue<Future<int>> && AwaitableAsRvalue<Task<int>>);
static_assert(!std::copy_constructible<Coroutine<int>>);
static_assert(std::movable<Coroutine<int>>);
static_assert(std::derived_from<Task<int>, Future<int>>);
static_assert(sizeof(Task<int>) == sizeof(void*));
static_assert(!std::derived_from<CancelledError, std::exception>);
static_assert(!std::derived_from<KeyboardInterrupt, std::exception>);

// ---- names

// test_bare_create_named_task
TEST_F(TaskTest, HasTheNameThatItWasGiven) {
  const Task<> task = loop().create_task(notes(log_, ""), "No-op");
  EXPECT_EQ(task.get_name(), "No-op");
  task.set_name("another");
  EXPECT_EQ(task.get_name(), "another");
  run(task);
  EXPECT_EQ(task.get_name(), "another");
}

TEST_F(TaskTest, IsNumberedIfItHasNoName) {
  const Task<> first = loop().create_task(notes(log_, ""));
  loop().create_task(notes(log_, ""), "named");
  const Task<> third = loop().create_task(notes(log_, ""));
  EXPECT_EQ(first.get_name(), "Task-1");
  EXPECT_EQ(third.get_name(), "Task-3");
  run_turns(1);
}

// ---- the current task, and all

Coroutine<> expects_to_be(std::optional<Task<>>& self, Future<> first,
                          Future<> second) {
  const auto is_current = [&self] {
    const std::optional<AnyTask> current = current_task();
    return current && *current == AnyTask(*self);
  };
  EXPECT_TRUE(is_current());
  if (!first.done()) first.set_result();
  co_await second;
  EXPECT_TRUE(is_current());
}

// test_current_task_with_interleaving_tasks
TEST_F(TaskTest, IsTheCurrentOneDuringItsSteps) {
  std::optional<Task<>> a;
  std::optional<Task<>> b;
  const Future<> first = loop().create_future();
  const Future<> second = loop().create_future();
  a = loop().create_task(expects_to_be(a, first, second));
  b = loop().create_task(expects_to_be(b, second, first));
  loop().call_soon([] { EXPECT_EQ(current_task(), std::nullopt); });
  run_turns(3);
  EXPECT_TRUE(a->done());
  EXPECT_TRUE(b->done());
}

Coroutine<bool> is_current(AnyTask task) {
  co_return current_task() == task;
}
Coroutine<bool> awaits_is_current() {
  co_return co_await is_current(*current_task());
}

TEST_F(TaskTest, ACoroutineThatItAwaitsBelongsToIt) {
  EXPECT_TRUE(run(awaits_is_current()));
}

TEST_F(TaskTest, NoneIsCurrentWhereNoLoopRuns) {
  EXPECT_EQ(message_of<RuntimeError>([] { return current_task(); }),
            "no running event loop");
  EXPECT_EQ(message_of<RuntimeError>([] { return all_tasks(); }),
            "no running event loop");
}

TEST_F(TaskTest, NoneIsCurrentAfterAnInterrupt) {
  struct Interrupts {
    static Coroutine<> now() {
      throw KeyboardInterrupt();
      co_return;
    }
  };
  EXPECT_THROW(run(Interrupts::now()), KeyboardInterrupt);
  loop().call_soon([] { EXPECT_EQ(current_task(), std::nullopt); });
  run_turns(1);
}

std::vector<std::string> names_of(const std::vector<AnyTask>& tasks) {
  std::vector<std::string> names;
  for (const AnyTask& task : tasks) names.push_back(task.get_name());
  return names;
}

TEST_F(TaskTest, AllTasksAreThoseThatHaveNotEnded) {
  const Future<> future = loop().create_future();
  loop().create_task(notes(log_, ""), "short");
  const Task<> waits = loop().create_task(awaits_future(future), "waits");
  loop().create_task(notes(log_, ""), "short too");
  EXPECT_THAT(names_of(all_tasks(loop())),
              ElementsAre("short", "waits", "short too"));
  loop().call_soon([this] { EXPECT_EQ(all_tasks(), all_tasks(loop())); });
  run_turns(1);
  EXPECT_THAT(names_of(all_tasks(loop())), ElementsAre("waits"));
  const Future<> another = loop().create_future();
  loop().create_task(awaits_future(another), "late");
  waits.cancel();
  run_turns(1);
  EXPECT_THAT(names_of(all_tasks(loop())), ElementsAre("late"));
  another.set_result();
  run_turns(1);
  EXPECT_THAT(all_tasks(loop()), IsEmpty());
}

Coroutine<> replaces_itself(Log& log, int left) {
  log.push_back(std::to_string(left));
  if (left > 0) create_task(replaces_itself(log, left - 1));
  co_return;
}

TEST_F(TaskTest, MayMakeOthersAndEnd) {
  loop().create_task(replaces_itself(log_, 3));
  run_turns(4);
  EXPECT_THAT(log_, ElementsAre("3", "2", "1", "0"));
  EXPECT_THAT(all_tasks(loop()), IsEmpty());
}

TEST_F(TaskTest, ATaskOfAnyTypeSharesItsState) {
  const Task<int> task = loop().create_task(returns(1), "one");
  const AnyTask any = task;
  EXPECT_EQ(any.get_name(), "one");
  EXPECT_TRUE(any.cancel());
  EXPECT_EQ(any.cancelling(), 1);
  EXPECT_EQ(any.uncancel(), 0);
  EXPECT_EQ(run(task), 1);
  EXPECT_TRUE(any.done());
  EXPECT_FALSE(any.cancelled());
  EXPECT_EQ(any.exception(), nullptr);
}

}  // namespace
}  // namespace asyncio
