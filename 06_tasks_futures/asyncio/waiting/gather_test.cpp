// To run several at once, and get what all of them came to. The names in
// comments are those of CPython's tests.
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "06_tasks_futures/asyncio/children_test.hpp"
#include "06_tasks_futures/asyncio/waiting/shield.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

template <typename T>
std::vector<Coroutine<T>> two(Coroutine<T> first, Coroutine<T> second) {
  std::vector<Coroutine<T>> both;
  both.push_back(std::move(first));
  both.push_back(std::move(second));
  return both;
}

class GatherTest : public ChildrenTest {
 protected:
  Future<int> future() { return loop().create_future<int>(); }

  template <typename T>
  auto noting_end(std::string name) {
    return [this, name](const Future<T>&) { log_.push_back(name); };
  }
};

// ---- results

// test_success
TEST_F(GatherTest, ResultsStandInTheOrderOfTheArguments) {
  const Future<int> a = future();
  const Future<int> b = future();
  const Future<int> c = future();
  const auto all = gather(a, b, c);
  all.add_done_callback([&](const auto& done) {
    EXPECT_EQ(done, all);
    log_.emplace_back("done");
  });
  b.set_result(1);
  a.set_result(2);
  run_turns(10);
  EXPECT_FALSE(all.done());
  EXPECT_THAT(log_, IsEmpty());
  c.set_result(3);
  run_turns(10);
  EXPECT_THAT(log_, ElementsAre("done"));
  EXPECT_THAT(all.result(), FieldsAre(2, 1, 3));
}

// test_success, of coroutines
TEST_F(GatherTest, CoroutinesRunAtTheSameTime) {
  const auto main = []() -> Coroutine<std::tuple<int, std::string>> {
    co_return co_await gather(sleep(2s, 1), sleep(1s, std::string("b")));
  };
  EXPECT_THAT(run(main()), FieldsAre(1, "b"));
  EXPECT_EQ(passed(), 2s);
}

TEST_F(GatherTest, OfARangeTheResultsAreAVector) {
  const auto main = []() -> Coroutine<std::vector<int>> {
    co_return co_await gather(two(sleep(2s, 1), sleep(1s, 2)));
  };
  EXPECT_THAT(run(main()), ElementsAre(1, 2));
  EXPECT_EQ(passed(), 2s);
}

TEST_F(GatherTest, TakesTasksAndLeavesTheirHandlesAlone) {
  const Task<int> a = loop().create_task(returns(1));
  const std::vector<Task<int>> tasks{a, loop().create_task(returns(2))};
  EXPECT_THAT(run(gather(tasks)), ElementsAre(1, 2));
  EXPECT_THAT(run(gather(a, tasks[1])), FieldsAre(1, 2));
  EXPECT_EQ(a.result(), 1);
}

TEST_F(GatherTest, TakesAViewThatMakesTheCoroutines) {
  const auto main = []() -> Coroutine<std::vector<int>> {
    const auto squares =
        std::views::iota(1, 5) |
        std::views::transform([](int i) { return sleep(i * 1s, i * i); });
    co_return co_await gather(squares);
  };
  EXPECT_THAT(run(main()), ElementsAre(1, 4, 9, 16));
  EXPECT_EQ(passed(), 4s);
}

TEST_F(GatherTest, TakesWhateverCanBeAwaited) {
  const auto main = []() -> Coroutine<> {
    const Future<int> future = get_running_loop().create_future<int>();
    get_running_loop().call_later(1s, [future] { future.set_result(1); });
    const auto [one, nothing, group] =
        co_await gather(future, sleep(2s), gather(returns(2), returns(3)));
    EXPECT_EQ(one, 1);
    EXPECT_EQ(nothing, std::monostate());
    EXPECT_THAT(group, FieldsAre(2, 3));
  };
  run(main());
  EXPECT_EQ(passed(), 2s);
}

TEST_F(GatherTest, OfOneTupleIsATupleOfATuple) {
  const auto all = in_loop([] { return gather(gather(returns(1))); });
  const std::tuple<std::tuple<int>> result = run(all);
  EXPECT_EQ(std::get<0>(std::get<0>(result)), 1);
}

TEST_F(GatherTest, TakesAThousandCoroutines) {
  const auto main = []() -> Coroutine<int> {
    const auto many =
        std::views::iota(0, 1000) |
        std::views::transform([](int i) { return sleep((i % 7) * 1s, i); });
    int sum = 0;
    for (const int i : co_await gather(many)) sum += i;
    co_return sum;
  };
  EXPECT_EQ(run(main()), 999 * 500);
}

// ---- types of results

TEST_F(GatherTest, WhatCannotBeCopiedIsMovedOut) {
  const auto main = []() -> Coroutine<> {
    const auto [a, b] = co_await gather(makes(1), makes(2));
    EXPECT_THAT(a, Pointee(1));
    EXPECT_THAT(b, Pointee(2));
    const auto both = gather(two(makes(3), makes(4)));
    EXPECT_THAT(co_await both, ElementsAre(Pointee(3), Pointee(4)));
    auto outcomes = co_await gather(return_exceptions, makes(5));
    EXPECT_THAT(std::get<0>(std::move(outcomes)).value(), Pointee(5));
  };
  run(main());
}

TEST_F(GatherTest, ReferencesStayReferences) {
  int value = 1;
  const auto main = [&]() -> Coroutine<> {
    const auto [a] = co_await gather(refers_to(value));
    EXPECT_EQ(&a, &value);
    const auto both = co_await gather(two(refers_to(value), refers_to(value)));
    EXPECT_EQ(&both[1].get(), &value);
    const auto [outcome] = co_await gather(return_exceptions, refers_to(value));
    EXPECT_EQ(&outcome.value(), &value);
  };
  run(main());
}

TEST_F(GatherTest, NothingCountsAsMonostate) {
  const auto main = []() -> Coroutine<> {
    std::vector<Sleep> sleeps(2, sleep(1s));
    const std::vector<std::monostate> both = co_await gather(sleeps);
    EXPECT_EQ(both.size(), 2U);
    const auto [outcome] = co_await gather(return_exceptions, sleep(1s));
    EXPECT_TRUE(outcome.has_value());
    outcome.value();
  };
  run(main());
  EXPECT_EQ(passed(), 2s);
}

TEST_F(GatherTest, WhatNobodyElseCanAskForIsNotCopied) {
  const auto main = []() -> Coroutine<> {
    const auto [a, b] = co_await gather(makes_counted(), makes_counted());
    EXPECT_EQ(Counted::alive, 2);
    const auto both = co_await gather(two(makes_counted(), makes_counted()));
    EXPECT_EQ(both.size(), 2U);
  };
  run(main());
  EXPECT_EQ(Counted::copies, 0);
}

TEST_F(GatherTest, WhatSomebodyElseCanAskForIsCopied) {
  const Task<std::string> task =
      loop().create_task(returns(std::string("a long, long, long string")));
  const auto all = gather(task);
  run(all);
  EXPECT_EQ(std::get<0>(all.result()), task.result());
}

/// What Python's `__await__` may be: it awaits what something else gives.
class WithOperator {
 public:
  explicit WithOperator(Future<int> future) : future_(std::move(future)) {}
  auto operator co_await() const { return future_.operator co_await(); }

 private:
  Future<int> future_;
};

TEST_F(GatherTest, TakesAwaitablesOfAnyMaking) {
  const Future<int> child = future();
  const auto all = in_loop([&] { return gather(WithOperator(child)); });
  child.set_result(5);
  EXPECT_THAT(run(all), FieldsAre(5));
}

// ---- nothing to gather

// test_constructor_empty_sequence_use_running_loop
TEST_F(GatherTest, OfNothingItIsDoneAtOnce) {
  const auto none = in_loop([] { return gather(); });
  EXPECT_TRUE(none.done());
  EXPECT_EQ(none.result(), std::tuple<>());
  const auto empty = in_loop([] { return gather(std::vector<Future<int>>()); });
  EXPECT_TRUE(empty.done());
  EXPECT_THAT(empty.result(), IsEmpty());
  EXPECT_EQ(&empty.get_loop(), &loop());
}

// test_constructor_empty_sequence_without_loop, test_constructor_without_loop
TEST_F(GatherTest, WithoutALoopThatRunsThereIsNoFutureToGive) {
  EXPECT_EQ(thrown_by([] { return gather(); }),
            "RuntimeError: no running event loop");
  const std::string said = stderr_of([] {
    EXPECT_EQ(thrown_by([] { return gather(returns(1), returns(2)); }),
              "RuntimeError: no running event loop");
  });
  EXPECT_THAT(said, testing::HasSubstr("was never awaited"));
}

// test_constructor_homogenous_futures
TEST_F(GatherTest, FuturesBringTheirLoop) {
  const Future<int> a = future();
  const auto all = gather(a, a);
  EXPECT_EQ(&all.get_loop(), &loop());
  EXPECT_FALSE(all.done());
}

// test_constructor_heterogenous_futures
TEST_F(GatherTest, FuturesOfSeveralLoopsAreRefused) {
  EventLoop other(virtual_time);
  const Future<int> a = future();
  const Future<int> b = other.create_future<int>();
  EXPECT_EQ(thrown_by([&] { return gather(a, b); }),
            "ValueError: The future belongs to a different loop than the one "
            "specified as the loop argument");
}

TEST_F(GatherTest, ACoroutineGoesToTheLoopOfTheFutureBeforeIt) {
  EventLoop other(virtual_time);
  const Future<int> child = other.create_future<int>();
  const auto all = in_loop([&] { return gather(child, returns(2)); });
  EXPECT_EQ(&all.get_loop(), &other);
  child.set_result(1);
  EXPECT_THAT(other.run_until_complete(all), FieldsAre(1, 2));
}

// ---- when

TEST_F(GatherTest, ChildrenAreScheduledAtOnceInTheirOrder) {
  const auto says = [this](std::string name) -> Coroutine<> {
    log_.push_back(name);
    co_return;
  };
  const auto main = [&]() -> Coroutine<> {
    auto all = gather(says("a"), says("b"), says("c"));
    EXPECT_THAT(log_, IsEmpty());
    co_await sleep(0s);
    EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
    co_await std::move(all);
  };
  run(main());
}

TEST_F(GatherTest, TakesThreeTurns) {
  const auto main = []() -> Coroutine<> { co_await gather(returns(1)); };
  const Task<> task = loop().create_task(main());
  run_turns(1);  // main starts, and gathers
  EXPECT_EQ(turns_until_done(task), 3);
}

// 3.12 and later
TEST_F(GatherTest, ChildrenThatAreDoneAreHandledAtOnce) {
  const Future<int> a = future();
  const Future<int> b = future();
  a.set_result(1);
  b.set_result(2);
  const auto all = gather(a, b);
  EXPECT_TRUE(all.done());
  EXPECT_THAT(all.result(), FieldsAre(1, 2));
  const Future<int> failed = future();
  failed.set_exception(ValueError("no"));
  EXPECT_EQ(named(gather(failed, future()).exception()), "ValueError: no");
}

TEST_F(GatherTest, SomeChildrenMayBeDone) {
  const Future<int> a = future();
  const Future<int> b = future();
  a.set_result(1);
  const auto all = gather(b, a);
  EXPECT_FALSE(all.done());
  b.set_result(2);
  EXPECT_THAT(run(all), FieldsAre(2, 1));
}

// ---- the same twice

// test_duplicate_coroutines
TEST_F(GatherTest, AFutureMayBeGivenTwice) {
  const Future<std::string> a = loop().create_future<std::string>();
  const Future<std::string> b = loop().create_future<std::string>();
  const auto all = gather(a, a, b, a);
  a.set_result("abc");
  b.set_result("def");
  EXPECT_THAT(run(all), FieldsAre("abc", "abc", "def", "abc"));
}

TEST_F(GatherTest, AFutureThatIsDoneMayBeGivenTwice) {
  const Future<int> a = future();
  a.set_result(1);
  EXPECT_THAT(gather(a, a).result(), FieldsAre(1, 1));
}

TEST_F(GatherTest, WhatCannotBeCopiedIsThereOnce) {
  const Task<std::unique_ptr<int>> task = loop().create_task(makes(1));
  const auto result = run(gather(task, task));
  EXPECT_THAT(std::get<0>(result), Pointee(1));
  EXPECT_EQ(std::get<1>(result), nullptr);
}

// ---- exceptions

// test_one_exception
TEST_F(GatherTest, TheFirstExceptionIsDeliveredAtOnce) {
  const std::vector<Future<int>> children{future(), future(), future(),
                                          future(), future()};
  const auto all = gather(children);
  all.add_done_callback(noting_end<std::vector<int>>("done"));
  const std::exception_ptr error =
      std::make_exception_ptr(std::runtime_error("no"));
  children[0].set_result(1);
  children[1].set_exception(error);
  run_turns(10);
  EXPECT_THAT(log_, ElementsAre("done"));
  EXPECT_EQ(all.exception(), error);
  // The others change nothing any more.
  children[2].set_result(3);
  children[3].cancel();
  children[4].set_exception(ValueError("late"));
  run_turns(10);
  EXPECT_EQ(all.exception(), error);
  EXPECT_THAT(log_, ElementsAre("done"));
}

TEST_F(GatherTest, AfterAnExceptionTheOthersRunOn) {
  collect_reports();
  const auto late = [this]() -> Coroutine<int> {
    co_await sleep(2s);
    log_.emplace_back("late");
    throw ValueError("ignored");
  };
  const auto main = [&]() -> Coroutine<> {
    try {
      co_await gather(throws_after(1s, CustomError{3}), late());
    } catch (const CustomError& error) {
      log_.push_back("CustomError " + std::to_string(error.number));
    }
    co_await sleep(2s);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CustomError 3", "late"));
  EXPECT_THAT(reports_, IsEmpty());
}

// test_exception_marking
TEST_F(GatherTest, TheExceptionsOfAllCountAsRetrieved) {
  collect_reports();
  const Future<int> a = future();
  const Future<int> b = future();
  const auto fails = [](Future<int> after) -> Coroutine<> {
    co_await after;
    throw RuntimeError("should not be ignored");
  };
  const auto outer = [&]() -> Coroutine<> {
    co_await gather(fails(a), fails(b));
  };
  const Task<> task = loop().create_task(outer());
  run_turns(2);
  a.set_result(1);
  run_turns(2);
  b.set_result(1);
  run_turns(4);
  EXPECT_EQ(named(task.exception()), "RuntimeError: should not be ignored");
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(GatherTest, WhatNobodyAwaitsIsReportedAsItsOwn) {
  collect_reports();
  in_loop([] { gather(throws(ValueError("no")), returns(1)); });
  run_turns(5);
  EXPECT_THAT(reports_,
              ElementsAre("Future exception was never retrieved: no"));
}

// test_return_exceptions
TEST_F(GatherTest, WithReturnExceptionsTheyStandAmongTheResults) {
  const Future<int> a = future();
  const Future<int> b = future();
  const Future<int> c = future();
  const Future<int> d = future();
  const auto all = gather(return_exceptions, a, b, c, d);
  const std::exception_ptr error = std::make_exception_ptr(CustomError{1});
  const std::exception_ptr other = std::make_exception_ptr(CustomError{2});
  b.set_result(1);
  c.set_exception(error);
  a.set_result(3);
  run_turns(10);
  EXPECT_FALSE(all.done());
  d.set_exception(other);
  run_turns(10);
  const auto& [of_a, of_b, of_c, of_d] = all.result();
  EXPECT_EQ(of_a.value(), 3);
  EXPECT_EQ(of_b.value(), 1);
  EXPECT_EQ(of_c.exception(), error);
  EXPECT_EQ(of_d.exception(), other);
  EXPECT_FALSE(of_c.has_value());
  EXPECT_EQ(thrown_by([&] { return of_c.value(); }), "CustomError: 1");
  EXPECT_EQ(of_a.exception(), nullptr);
}

// test_result_exception_success
TEST_F(GatherTest, WithReturnExceptionsOfARangeToo) {
  const auto main = []() -> Coroutine<> {
    const std::vector<Outcome<int>> outcomes = co_await gather(
        return_exceptions, two(throws_after(1s, ValueError("no")), returns(2)));
    EXPECT_EQ(named(outcomes[0].exception()), "ValueError: no");
    EXPECT_EQ(outcomes[1].value(), 2);
  };
  run(main());
}

// test_result_exception_one_cancellation
TEST_F(GatherTest, WithReturnExceptionsACancelledChildIsOneOfThem) {
  const std::vector<Future<int>> children{future(), future(), future(),
                                          future(), future(), future()};
  const auto all = gather(return_exceptions, children);
  children[0].set_result(1);
  children[1].set_exception(CustomError{1});
  children[2].cancel();
  run_turns(10);
  EXPECT_FALSE(all.done());
  children[3].set_result(3);
  children[4].cancel("with a message");
  children[5].set_exception(CustomError{5});
  Log outcomes;
  for (const Outcome<int>& outcome : run(all)) {
    outcomes.push_back(named(outcome.exception()));
  }
  EXPECT_THAT(outcomes,
              ElementsAre("none", "CustomError: 1", "CancelledError", "none",
                          "CancelledError: with a message", "CustomError: 5"));
}

TEST_F(GatherTest, AKeyboardInterruptOfAChildEndsTheRun) {
  const auto main = []() -> Coroutine<> {
    co_await gather(throws(KeyboardInterrupt("stop")));
  };
  const Task<> task = loop().create_task(main());
  EXPECT_EQ(thrown_by([&] { run(task); }), "KeyboardInterrupt: stop");
  EXPECT_FALSE(task.done());
  EXPECT_EQ(thrown_by([&] { run(task); }), "KeyboardInterrupt: stop");
  EXPECT_TRUE(task.done());
}

/// Its copies fail.
class Uncopyable {
 public:
  Uncopyable() = default;
  Uncopyable(Uncopyable&&) noexcept = default;
  Uncopyable(const Uncopyable& /*other*/) { throw CustomError{9}; }
};

TEST_F(GatherTest, AResultWhoseCopyFailsIsAnException) {
  const Future<Uncopyable> child = loop().create_future<Uncopyable>();
  const auto all = gather(child);  // not the only one who may ask
  child.set_result(Uncopyable());
  EXPECT_EQ(thrown_by([&] { run(all); }), "CustomError: 9");
}

// ---- a child is cancelled

// test_one_cancellation
TEST_F(GatherTest, ACancelledChildIsACancelledErrorAndTheOthersRunOn) {
  const std::vector<Future<int>> children{future(), future(), future()};
  const auto all = gather(children);
  all.add_done_callback(noting_end<std::vector<int>>("done"));
  children[0].set_result(1);
  children[1].cancel("enough");
  run_turns(10);
  EXPECT_THAT(log_, ElementsAre("done"));
  EXPECT_FALSE(all.cancelled());
  EXPECT_EQ(named(all.exception()), "CancelledError: enough");
  EXPECT_FALSE(children[2].done());
}

// ---- all are cancelled

// test_cancellation_broadcast
TEST_F(GatherTest, CancellingTheTaskThatAwaitsItCancelsEveryChild) {
  const Future<int> waiter = future();
  const auto inner = [&]() -> Coroutine<> {
    co_await waiter;
    log_.emplace_back("inner");
  };
  const Task<> child1 = loop().create_task(inner());
  const Task<> child2 = loop().create_task(inner());
  std::optional<Future<std::tuple<std::monostate, std::monostate>>> all;
  const auto outer = [&]() -> Coroutine<> {
    all = gather(child1, child2);
    co_await *all;
    log_.emplace_back("outer");
  };
  const Task<> task = loop().create_task(outer());
  run_turns(2);
  EXPECT_TRUE(task.cancel());
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_FALSE(all->cancel());
  EXPECT_FALSE(all->cancelled());
  EXPECT_EQ(named(all->exception()), "CancelledError");
  EXPECT_TRUE(waiter.cancelled());
  EXPECT_TRUE(child1.cancelled());
  EXPECT_TRUE(child2.cancelled());
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(GatherTest, CancellingItSaysWhetherThereWasAnythingToCancel) {
  const Future<int> child = future();
  const auto all = gather(child);
  EXPECT_TRUE(all.cancel());
  EXPECT_FALSE(all.done());  // it hears of it in the next turn
  EXPECT_FALSE(all.cancel());
  run_turns(1);
  EXPECT_TRUE(all.done());
  EXPECT_FALSE(all.cancel());
  EXPECT_FALSE(all.cancelled());
  EXPECT_EQ(named(all.exception()), "CancelledError");
}

TEST_F(GatherTest, ATaskGivenTwiceIsCancelledTwice) {
  const Task<int> task = loop().create_task(swallows_cancel());
  run_turns(1);
  const auto all = gather(task, task);
  EXPECT_TRUE(all.cancel());
  EXPECT_EQ(task.cancelling(), 2);
  run_turns(3);
  EXPECT_EQ(task.result(), 42);
  EXPECT_EQ(named(all.exception()), "CancelledError");
}

// test_cancel_gather_1
TEST_F(GatherTest, WhenAllChildrenAreDoneItCannotBeCancelled) {
  const Future<int> child = future();
  const auto all = gather(child);
  std::optional<bool> was_cancelled;
  child.set_result(42);
  loop().call_soon([&] { was_cancelled = all.cancel(); });
  EXPECT_FALSE(all.cancel());  // nor before it has heard of it
  EXPECT_THAT(run(all), FieldsAre(42));
  EXPECT_EQ(was_cancelled, false);
  EXPECT_FALSE(all.cancelled());
}

// test_cancel_gather_2
TEST_F(GatherTest, ReturnExceptionsDoesNotHideItsCancellation) {
  for (const std::string message : {"", "my message"}) {
    const auto endless = []() -> Coroutine<> {
      for (int i = 0; i < 20; ++i) {
        co_await gather(return_exceptions, sleep(50ms));
      }
    };
    const auto main = [&]() -> Coroutine<> {
      const Task<> task = create_task(endless());
      co_await sleep(200ms);
      task.cancel(message);
      co_await task;
    };
    EXPECT_EQ(
        thrown_by([&] { run(main()); }),
        message.empty() ? "CancelledError" : "CancelledError: my message");
  }
}

TEST_F(GatherTest, CancelledItIsEvenIfTheChildrenSwallowIt) {
  const auto main = [&](bool returns_exceptions) -> Coroutine<> {
    if (returns_exceptions) {
      co_await gather(return_exceptions, swallows_cancel(), swallows_cancel());
    } else {
      co_await gather(swallows_cancel(), swallows_cancel());
    }
  };
  for (const bool returns_exceptions : {false, true}) {
    const Task<> task = loop().create_task(main(returns_exceptions));
    run_turns(2);
    task.cancel();
    EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  }
}

TEST_F(GatherTest, CancelledWithReturnExceptionsItWaitsForAll) {
  const auto cleans_up = [this]() -> Coroutine<> {
    bool is_cancelled = false;
    try {
      co_await sleep(1h);
    } catch (const CancelledError&) {
      is_cancelled = true;
    }
    co_await sleep(1s);
    log_.emplace_back(is_cancelled ? "clean" : "not cancelled");
    throw ValueError("lost");
  };
  collect_reports();
  const auto main = [&]() -> Coroutine<> {
    co_await gather(return_exceptions, cleans_up(), sleep(1h));
  };
  const Task<> task = loop().create_task(main());
  run_turns(2);
  task.cancel();
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  EXPECT_THAT(log_, ElementsAre("clean"));
  EXPECT_EQ(passed(), 1s);
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(GatherTest, CancellingItCancelsThoseItGathersWithin) {
  const Future<int> child = future();
  const auto all = gather(gather(child), gather(child));
  EXPECT_TRUE(all.cancel("deep"));
  EXPECT_TRUE(child.cancelled());
  run_turns(2);
  EXPECT_EQ(named(all.exception()), "CancelledError: deep");
}

// ---- who keeps whom

TEST_F(GatherTest, NobodyNeedsToKeepIt) {
  const auto main = [&]() -> Coroutine<> {
    gather(sleep(1s, 1), sleep(2s, 2)).add_done_callback([&](const auto& all) {
      EXPECT_THAT(all.result(), FieldsAre(1, 2));
      log_.emplace_back("done");
    });
    co_await sleep(3s);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("done"));
}

TEST_F(GatherTest, AFutureThatNobodyCanEndCanStillBeCancelled) {
  for (const bool returns_exceptions : {false, true}) {
    const auto main = [&]() -> Coroutine<> {
      std::vector<Future<int>> lost{future(), future()};
      if (returns_exceptions) {
        auto all = gather(return_exceptions, std::move(lost));
        co_await std::move(all);
      } else {
        auto all = gather(std::move(lost));
        co_await std::move(all);
      }
    };
    const Task<> task = loop().create_task(main());
    run_turns(3);
    EXPECT_FALSE(task.done());
    task.cancel("at last");
    EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError: at last");
  }
}

TEST_F(GatherTest, WhatNobodyCanEndAndNobodyKeepsIsGone) {
  auto all = gather(loop().create_future<Counted>());
  all.add_done_callback([counted = Counted()](const auto&) {});
  EXPECT_EQ(Counted::alive, 1);
  {
    const auto let_go = std::move(all);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(GatherTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const Future<int> never = future();
  const auto main = [&]() -> Coroutine<> {
    const Counted counted;
    co_await gather(holds(1h), never, gather(holds(2h), shield(holds(3h))));
  };
  loop().create_task(main());
  run_turns(3);
  EXPECT_EQ(Counted::alive, 4);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(never.done());
}

TEST_F(GatherTest, NothingIsLeftWhenTheLoopClosesAtTheEndOfAChild) {
  collect_reports();
  const Future<int> first = future();
  const auto main = [&]() -> Coroutine<> {
    const Counted counted;
    co_await gather(first, holds(1h));
  };
  loop().create_task(main());
  run_turns(2);
  first.set_result(1);  // its callback is scheduled, and dropped
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

// ---- with shield

// test_gather_shield
TEST_F(GatherTest, CancelledItLeavesAloneWhatIsShielded) {
  const Future<int> child1 = future();
  const Future<int> child2 = future();
  const Future<int> inner1 = in_loop([&] { return shield(child1); });
  const Future<int> inner2 = in_loop([&] { return shield(child2); });
  const auto parent = gather(inner1, inner2);
  run_turns(1);
  parent.cancel();
  run_turns(1);
  EXPECT_EQ(named(parent.exception()), "CancelledError");
  EXPECT_TRUE(inner1.cancelled());
  EXPECT_TRUE(inner2.cancelled());
  child1.set_result(1);
  child2.set_result(2);
  run_turns(2);
  EXPECT_EQ(child1.result(), 1);
}

// ---- what cannot be gathered

template <typename... As>
concept Gatherable = requires { gather(std::declval<As>()...); };

static_assert(Gatherable<Coroutine<int>, Future<int>&, Task<>, Sleep>);
static_assert(!Gatherable<Coroutine<int>&>);
static_assert(!Gatherable<int> && !Gatherable<AnyFuture>);
static_assert(Gatherable<std::vector<Coroutine<int>>>);
static_assert(Gatherable<const std::vector<Future<int>>&>);
static_assert(!Gatherable<std::vector<Coroutine<int>>&>);
static_assert(!Gatherable<std::vector<int>>);
static_assert(std::same_as<decltype(gather(std::declval<Coroutine<>>(),
                                           std::declval<Task<int>&>())),
                           Future<std::tuple<std::monostate, int>>>);
static_assert(
    std::same_as<decltype(gather(std::declval<std::vector<Future<>>>())),
                 Future<std::vector<std::monostate>>>);

}  // namespace
}  // namespace asyncio
