// To walk over several in the order in which they end. The names in comments
// are those of CPython's tests.
#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/children_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNull;
using testing::Pointee;
using tests::Counted;

/// Coroutines that come to their name after so many milliseconds.
using Delays = std::vector<std::pair<std::string, int>>;
std::vector<Coroutine<std::string>> sleepers(const Delays& delays) {
  std::vector<Coroutine<std::string>> made;
  for (const auto& [name, delay] : delays) {
    made.push_back(sleep(std::chrono::milliseconds(delay), name));
  }
  return made;
}

class AsCompletedTest : public ChildrenTest {
 protected:
  /// Writes all results down.
  template <typename F>
  Coroutine<> note_all(AsCompleted<F>& completed) {
    while (const F* future = co_await completed.next()) {
      log_.push_back(co_await *future);
    }
  }
};

// test_as_completed
TEST_F(AsCompletedTest, GivesThemInTheOrderOfTheirEnds) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"b", 20}, {"c", 150}, {"a", 10}}));
    co_await note_all(completed);
    EXPECT_THAT(co_await completed.next(), IsNull());
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(passed(), 150ms);
}

TEST_F(AsCompletedTest, ThoseOfOneTurnComeInTheOrderOfTheirEnds) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"b", 0}, {"c", 0}, {"a", 0}}));
    co_await note_all(completed);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("b", "c", "a"));
}

TEST_F(AsCompletedTest, TheyRunAtOnceWhetherOneAsksOrNot) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"a", 20}, {"b", 10}}));
    co_await sleep(1s);
    co_await note_all(completed);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("b", "a"));
  EXPECT_EQ(passed(), 1s);
}

// test_as_completed_same_tasks_in_as_out
TEST_F(AsCompletedTest, TasksAndFuturesAreGivenAsSuch) {
  const std::vector tasks{start(sleep(2s, 1)), start(sleep(1s, 2))};
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(tasks);
    const Task<int>* first = co_await completed.next();
    EXPECT_EQ(*first, tasks[1]);
    EXPECT_EQ(first->get_name(), tasks[1].get_name());
    const Task<int>* second = co_await completed.next();
    EXPECT_EQ(*second, tasks[0]);
    EXPECT_TRUE(first->done());  // the pointer is still good
  };
  run(main());
}

TEST_F(AsCompletedTest, TakesFuturesOfSeveralTypesAsAnyFutures) {
  const Task<int> number = start(sleep(2s, 1));
  const auto text = start(sleep(1s, std::string("a")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector<AnyFuture> futures{number, text};
    auto completed = as_completed(futures);
    const AnyFuture* first = co_await completed.next();
    EXPECT_EQ(*first, text);
    const AnyFuture* second = co_await completed.next();
    EXPECT_EQ(*second, number);
  };
  run(main());
}

TEST_F(AsCompletedTest, TakesAViewThatMakesTheCoroutines) {
  const auto main = [&]() -> Coroutine<> {
    auto completed =
        as_completed(std::views::iota(0, 3) | std::views::transform([](int i) {
                       return sleep((3 - i) * 1s, std::to_string(i));
                     }));
    co_await note_all(completed);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("2", "1", "0"));
}

// test_as_completed_duplicate_coroutines
TEST_F(AsCompletedTest, WhatIsGivenTwiceIsThereOnce) {
  const auto ham = start(returns(std::string("ham")));
  const auto spam = start(returns(std::string("spam")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{ham, ham, spam, ham};
    auto completed = as_completed(tasks);
    co_await note_all(completed);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("ham", "spam"));
}

TEST_F(AsCompletedTest, OfNothingThereIsNoNext) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(std::vector<Future<int>>(), 1s);
    EXPECT_THAT(co_await completed.next(), IsNull());
  };
  run(main());
  EXPECT_EQ(passed(), 0s);
}

TEST_F(AsCompletedTest, WhoHasFailedOrWasCancelledIsGivenToo) {
  const auto main = [&]() -> Coroutine<> {
    std::vector<Coroutine<int>> coroutines;
    coroutines.push_back(throws_after(2s, CustomError{1}));
    coroutines.push_back(throws_after(1s, CancelledError("enough")));
    auto completed = as_completed(std::move(coroutines));
    while (const Future<int>* future = co_await completed.next()) {
      log_.push_back(thrown_by([&] { return future->result(); }));
    }
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CancelledError: enough", "CustomError: 1"));
}

TEST_F(AsCompletedTest, ResultsMayBeMoveOnly) {
  const auto makes = [](int i) -> Coroutine<std::unique_ptr<int>> {
    co_return std::make_unique<int>(i);
  };
  const auto main = [&]() -> Coroutine<> {
    auto completed =
        as_completed(std::views::iota(1, 2) | std::views::transform(makes));
    const auto* future = co_await completed.next();
    EXPECT_THAT(future->result(), Pointee(1));
  };
  run(main());
}

// ---- a timeout

// test_as_completed_with_timeout
TEST_F(AsCompletedTest, WhoIsTooLateIsATimeoutErrorAndRunsOn) {
  const auto a = start(sleep(100ms, std::string("a")));
  const auto b = start(sleep(150ms, std::string("b")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{a, b};
    auto completed = as_completed(tasks, 120ms);
    try {
      co_await note_all(completed);
    } catch (...) {
      log_.push_back(named(std::current_exception()));
    }
    EXPECT_EQ(passed(), 120ms);
    EXPECT_THAT(co_await completed.next(), IsNull());
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("a", "TimeoutError"));
  EXPECT_FALSE(b.done());
  run(b);
}

TEST_F(AsCompletedTest, AllWhoAreTooLateAreATimeoutErrorEach) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"a", 2000}, {"b", 3000}}), 1s);
    for (int i = 0; i < 2; ++i) {
      try {
        co_await completed.next();
      } catch (...) {
        log_.push_back(named(std::current_exception()));
      }
    }
    EXPECT_THAT(co_await completed.next(), IsNull());
    co_await sleep(5s);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("TimeoutError", "TimeoutError"));
}

TEST_F(AsCompletedTest, WhoEndsInTheTurnOfTheTimeoutIsTooLate) {
  const auto a = start(sleep(1s, std::string("a")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{a};
    auto completed = as_completed(tasks, 1s);
    co_await note_all(completed);
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_TRUE(a.done());
}

// test_as_completed_with_unused_timeout
TEST_F(AsCompletedTest, ATimeoutThatIsNotNeededIsForgotten) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"a", 10}}), 1s);
    co_await note_all(completed);
    EXPECT_TRUE(loop().timers().empty());
  };
  run(main());
  EXPECT_EQ(passed(), 10ms);
}

// ---- who asks

// test_as_completed_resume_iterator
TEST_F(AsCompletedTest, TheWalkMayBeInterrupted) {
  const auto main = [&]() -> Coroutine<> {
    auto completed =
        as_completed(sleepers({{"a", 10}, {"b", 20}, {"c", 30}, {"d", 40}}));
    for (int i = 0; i < 2; ++i) {
      const auto* future = co_await completed.next();
      log_.push_back(future->result());
    }
    EXPECT_EQ(log_.size(), 2U);
    co_await note_all(completed);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("a", "b", "c", "d"));
}

// test_as_completed_reverse_wait, test_as_completed_concurrent
TEST_F(AsCompletedTest, SeveralWhoAskAreServedInThatOrder) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"a", 50}, {"b", 100}}));
    const auto asks = [&](std::string name) -> Coroutine<> {
      const auto* future = co_await completed.next();
      log_.push_back(name + " gets " +
                     (future ? future->result() : std::string("nothing")));
    };
    const Task<> first = create_task(asks("first"));
    const Task<> second = create_task(asks("second"));
    const Task<> third = create_task(asks("third"));
    co_await first;
    EXPECT_EQ(passed(), 50ms);
    co_await second;
    co_await third;
  };
  run(main());
  EXPECT_THAT(
      log_, ElementsAre("third gets nothing", "first gets a", "second gets b"));
  EXPECT_EQ(passed(), 100ms);
}

TEST_F(AsCompletedTest, WhoIsCancelledWhileAskingTakesNothingAway) {
  const auto main = [&]() -> Coroutine<> {
    auto completed = as_completed(sleepers({{"a", 10}, {"b", 20}, {"c", 30}}));
    const auto asks = [&]() -> Coroutine<> { co_await completed.next(); };
    const Task<> asking = create_task(asks());
    co_await sleep(0s);
    asking.cancel();
    co_await sleep(0s);
    EXPECT_TRUE(asking.cancelled());
    co_await note_all(completed);
    co_await sleep(1s);
  };
  run(main());
  // As in Python, who was cancelled has used up one question.
  EXPECT_THAT(log_, ElementsAre("a", "b"));
}

// ---- loops

TEST_F(AsCompletedTest, TakesFourTurnsHoweverManyAreReady) {
  const auto main = [](int n) -> Coroutine<> {
    auto completed = as_completed(std::views::iota(0, n) |
                                  std::views::transform(returns<int>));
    while (co_await completed.next()) {
    }
  };
  EXPECT_EQ(turns_until_done(start(main(1))), 4);
  EXPECT_EQ(turns_until_done(start(main(3))), 4);
}

TEST_F(AsCompletedTest, WhatIsDoneTakesThreeTurns) {
  const auto main = []() -> Coroutine<> {
    const std::vector futures{get_running_loop().create_future<int>()};
    futures[0].set_result(1);
    auto completed = as_completed(futures);
    while (co_await completed.next()) {
    }
  };
  EXPECT_EQ(turns_until_done(start(main())), 3);
}

// test_as_completed_coroutine_without_loop
TEST_F(AsCompletedTest, WithoutALoopThatRunsItIsRefused) {
  const std::string said = stderr_of([] {
    EXPECT_EQ(thrown_by([] { return as_completed(sleepers({{"a", 1}})); }),
              "RuntimeError: no running event loop");
  });
  EXPECT_THAT(said, HasSubstr("was never awaited"));
}

TEST_F(AsCompletedTest, FuturesOfAnotherLoopAreRefused) {
  EventLoop other(virtual_time);
  const std::vector futures{other.create_future<int>()};
  EXPECT_EQ(thrown_by([&] {
              in_loop([&] { static_cast<void>(as_completed(futures)); });
            }),
            "ValueError: The future belongs to a different loop than the one "
            "specified as the loop argument");
}

TEST_F(AsCompletedTest, IfItDiesEarlyTheyRunOn) {
  const auto a = start(sleep(10ms, std::string("a")));
  const auto b = start(sleep(20ms, std::string("b")));
  const auto main = [&]() -> Coroutine<> {
    const std::vector tasks{a, b};
    auto completed = as_completed(tasks, 1s);
    co_await completed.next();
  };
  run(main());
  EXPECT_FALSE(b.done());
  EXPECT_EQ(run(b), "b");
  EXPECT_EQ(passed(), 20ms);
  EXPECT_EQ(a.state().references(), 1U);
}

TEST_F(AsCompletedTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const Future<int> never = loop().create_future<int>();
  const auto main = [&]() -> Coroutine<> {
    const Counted counted;
    const std::vector futures{never, Future<int>(create_task(holds(1h)))};
    auto completed = as_completed(futures, 1h);
    while (co_await completed.next()) {
    }
  };
  start(main());
  run_turns(2);
  EXPECT_EQ(Counted::alive, 2);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

// test_as_completed_invalid_args
template <typename T>
concept Walkable = requires { as_completed(std::declval<T>()); };

static_assert(Walkable<std::vector<Coroutine<int>>>);
static_assert(Walkable<std::vector<AnyTask>&>);
static_assert(!Walkable<std::vector<Coroutine<int>>&>);
static_assert(!Walkable<Coroutine<int>> && !Walkable<Future<int>>);

}  // namespace
}  // namespace asyncio
