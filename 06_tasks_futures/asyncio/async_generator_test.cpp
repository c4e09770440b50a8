// Generators that wait: what they yield, how they end, and who destroys them,
// wherever they stand. Where Python does the same, CPython was asked.
#include "06_tasks_futures/asyncio/async_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/witness.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;
using tests::Witness;

/// Yields the numbers below `end`, and waits before each.
AsyncGenerator<int> counts(int end, Clock::duration delay = {}) {
  const Counted counted;
  for (int i = 0; i < end; ++i) {
    if (delay.count() > 0) co_await sleep(delay);
    co_yield i;
  }
}

Coroutine<std::optional<int>> next_of(AsyncGenerator<int>& generator) {
  const int* value = co_await generator.next();
  co_return value ? std::optional(*value) : std::nullopt;
}

Coroutine<> closes(AsyncGenerator<int>& generator) {
  co_await generator.aclose();
}

/// All that is left, as a text.
Coroutine<std::string> rest_of(AsyncGenerator<int>& generator) {
  std::string rest;
  while (const int* value = co_await generator.next()) {
    rest += std::to_string(*value) + " ";
  }
  co_return rest;
}

class AsyncGeneratorTest : public LoopTest {
 protected:
  std::string error_of(Coroutine<std::optional<int>> asks) {
    return message_of<RuntimeError>([&] { return run(std::move(asks)); });
  }
  std::string error_of(Coroutine<> asks) {
    return message_of<RuntimeError>([&] {
      run(std::move(asks));
      return 0;
    });
  }

  /// Yields 1, and notes how it ends.
  AsyncGenerator<int> notes_its_end() {
    const Witness witness(log_, "destroyed");
    try {
      co_yield 1;
    } catch (const GeneratorExit&) {
      log_.emplace_back("exit");
      throw;
    }
    log_.emplace_back("went on");
  }
};

// ---- values

TEST_F(AsyncGeneratorTest, RunsNothingBeforeItIsAsked) {
  auto generator = notes_its_end();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(AsyncGeneratorTest, YieldsOneValueAfterTheOther) {
  auto generator = counts(3);
  EXPECT_EQ(run(rest_of(generator)), "0 1 2 ");
}

TEST_F(AsyncGeneratorTest, IsNullAtTheEndAndEverAfter) {
  auto generator = counts(1);
  EXPECT_EQ(run(next_of(generator)), 0);
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
}

TEST_F(AsyncGeneratorTest, NeedsNoTurnOfTheLoopIfItDoesNotWait) {
  auto generator = counts(3);
  const auto task = start(rest_of(generator));
  run_turns(1);
  EXPECT_TRUE(task.done());
}

TEST_F(AsyncGeneratorTest, WaitsInTheMiddleAndLetsOthersRun) {
  auto generator = counts(3, 1s);
  const auto task = start(rest_of(generator));
  loop().call_later(500ms, note("others"));
  EXPECT_EQ(run(task), "0 1 2 ");
  EXPECT_THAT(log_, ElementsAre("others"));
}

Coroutine<> takes_its_time(AsyncGenerator<int>& generator) {
  while (const int* value = co_await generator.next()) {
    co_await sleep(*value * 1s);
  }
}

TEST_F(AsyncGeneratorTest, DoesNotRunInParallelWithItsLoop) {
  auto generator = counts(3, 2s);
  run(takes_its_time(generator));
  EXPECT_EQ(loop().time().time_since_epoch(), 3 * 2s + (0s + 1s + 2s));
}

AsyncGenerator<int> squares(AsyncGenerator<int> numbers) {
  while (const int* number = co_await numbers.next()) {
    co_yield *number** number;
  }
}

TEST_F(AsyncGeneratorTest, MayStandOnAnother) {
  auto generator = squares(squares(counts(4, 1s)));
  EXPECT_EQ(run(rest_of(generator)), "0 1 16 81 ");
  EXPECT_EQ(loop().time().time_since_epoch(), 4s);
}

Coroutine<> tells(Log& log, std::string name, AsyncGenerator<int> generator) {
  while (const int* value = co_await generator.next()) {
    log.push_back(name + std::to_string(*value));
  }
}

TEST_F(AsyncGeneratorTest, InSeveralTasksTakesTurns) {
  start(tells(log_, "a", counts(2, 2s)));
  run(tells(log_, "b", counts(2, 3s)));
  EXPECT_THAT(log_, ElementsAre("a0", "b0", "a1", "b1"));
}

TEST_F(AsyncGeneratorTest, MayBeAskedByOneTaskAfterTheOther) {
  auto generator = counts(3, 1s);
  EXPECT_EQ(run(next_of(generator)), 0);
  const auto task = start(next_of(generator));
  EXPECT_EQ(run(task), 1);
  EXPECT_EQ(run(rest_of(generator)), "2 ");
}

TEST_F(AsyncGeneratorTest, MayBeAskedFromAnyDepth) {
  auto generator = counts(3, 1s);
  const auto deeper = [](AsyncGenerator<int>& from) -> Coroutine<std::string> {
    const std::optional<int> first = co_await next_of(from);
    std::string rest = co_await rest_of(from);
    co_return std::to_string(first.value_or(-1)) + " then " + rest;
  };
  EXPECT_EQ(run(deeper(generator)), "0 then 1 2 ");
}

Coroutine<int> counts_to_the_end(AsyncGenerator<int>& generator) {
  int n = 0;
  while (co_await generator.next()) ++n;
  co_return n;
}

TEST_F(AsyncGeneratorTest, IsAskedAMillionTimesInARow) {
  auto generator = counts(1'000'000);
  EXPECT_EQ(run(counts_to_the_end(generator)), 1'000'000);
}

TEST_F(AsyncGeneratorTest, MayBeAskedByAnythingThatTakesAnAwaitable) {
  static_assert(Awaitable<AsyncGenerator<int>::Next>);
  static_assert(Awaitable<AsyncGenerator<int>::Close>);
  auto generator = counts(1, 1s);
  const auto asks = [](AsyncGenerator<int>& from) -> Coroutine<int> {
    int* value = co_await ensure_future(from.next());
    co_return *value;
  };
  EXPECT_EQ(run(asks(generator)), 0);
}

// ---- what it yields

AsyncGenerator<std::unique_ptr<int>> yields_pointers() {
  for (int i = 0; i < 2; ++i) co_yield std::make_unique<int>(i);
}

Coroutine<std::unique_ptr<int>> moves_one() {
  auto generator = yields_pointers();
  std::unique_ptr<int>* pointer = co_await generator.next();
  co_return std::move(*pointer);
}

TEST_F(AsyncGeneratorTest, YieldsWhatCanOnlyBeMoved) {
  EXPECT_THAT(run(moves_one()), Pointee(0));
}

AsyncGenerator<int&> yields_its_own(int& own) {
  co_yield own;
  co_yield own;
}

Coroutine<int> changes_what_was_yielded() {
  int own = 1;
  auto generator = yields_its_own(own);
  while (int* value = co_await generator.next()) *value *= 10;
  co_return own;
}

TEST_F(AsyncGeneratorTest, YieldsReferences) {
  EXPECT_EQ(run(changes_what_was_yielded()), 100);
}

AsyncGenerator<const std::string> yields_texts() {
  const std::string lasting = "lasting";
  co_yield lasting;
  co_yield "passing, and too long for a string's own small buffer";
}

Coroutine<std::string> joins_texts() {
  auto generator = yields_texts();
  std::string all;
  while (const std::string* text = co_await generator.next()) all += *text;
  co_return all;
}

TEST_F(AsyncGeneratorTest, YieldsConstants) {
  EXPECT_EQ(run(joins_texts()),
            "lastingpassing, and too long for a string's own small buffer");
}

AsyncGenerator<Counted> yields_counted() {
  Counted own;
  co_yield own;
  co_yield Counted();
}

Coroutine<> looks_at_all() {
  auto generator = yields_counted();
  while (co_await generator.next()) {
  }
}

TEST_F(AsyncGeneratorTest, NeitherCopiesNorMovesWhatItYields) {
  run(looks_at_all());
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::moves, 0);
}

// ---- exceptions

AsyncGenerator<int> yields_and_throws() {
  const Counted counted;
  co_yield 1;
  co_await sleep(1s);
  throw CustomError{2};
}

TEST_F(AsyncGeneratorTest, ThrowsWhereItIsAskedAndThatIsItsEnd) {
  auto generator = yields_and_throws();
  EXPECT_EQ(run(next_of(generator)), 1);
  EXPECT_THROW(run(next_of(generator)), CustomError);
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
  run(closes(generator));
}

Coroutine<> throws_later(int number) {
  co_await sleep(1s);
  throw CustomError{number};
}

AsyncGenerator<int> goes_on_after_an_error() {
  int caught = 0;
  try {
    co_await throws_later(7);
  } catch (const CustomError& error) {
    caught = error.number;
  }
  co_yield caught;
}

TEST_F(AsyncGeneratorTest, MayCatchWhatItAwaits) {
  auto generator = goes_on_after_an_error();
  EXPECT_EQ(run(rest_of(generator)), "7 ");
}

TEST_F(AsyncGeneratorTest, IsCancelledWithTheTaskThatAsks) {
  auto generator = counts(3, 1s);
  EXPECT_EQ(run(next_of(generator)), 0);
  const auto task = start(next_of(generator));
  run_turns(1);
  task.cancel("enough");
  EXPECT_EQ(message_of<CancelledError>([&] { return run(task); }), "enough");
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
}

AsyncGenerator<int> yields_though_it_is_cancelled() {
  bool is_cancelled = false;
  try {
    co_await sleep(1s);
  } catch (const CancelledError&) {
    is_cancelled = true;
  }
  co_yield is_cancelled ? 1 : 0;
}

TEST_F(AsyncGeneratorTest, MayCatchACancellation) {
  auto generator = yields_though_it_is_cancelled();
  const auto task = start(next_of(generator));
  run_turns(1);
  task.cancel();
  EXPECT_EQ(run(task), 1);
}

// ---- already running

TEST_F(AsyncGeneratorTest, CannotBeAskedWhileItRuns) {
  auto generator = counts(2, 1s);
  const auto task = start(next_of(generator));
  run_turns(1);
  EXPECT_EQ(error_of(next_of(generator)),
            "anext(): asynchronous generator is already running");
  EXPECT_EQ(error_of(closes(generator)),
            "aclose(): asynchronous generator is already running");
  EXPECT_EQ(run(task), 0);
  EXPECT_EQ(run(next_of(generator)), 1);
}

class AsksItselfTest : public AsyncGeneratorTest {
 protected:
  AsyncGenerator<int> asks_itself() {
    const std::string next = co_await error_when(next_of(*generator_));
    log_.push_back(next);
    const std::string close = co_await error_when(closes(*generator_));
    log_.push_back(close);
    co_yield 1;
  }
  template <typename T>
  static Coroutine<std::string> error_when(Coroutine<T> asks) {
    try {
      co_await std::move(asks);
    } catch (const RuntimeError& error) {
      co_return error.what();
    }
    co_return "no error";
  }

  std::optional<AsyncGenerator<int>> generator_;
};

TEST_F(AsksItselfTest, CannotAskItself) {
  generator_ = asks_itself();
  EXPECT_EQ(run(next_of(*generator_)), 1);
  EXPECT_THAT(log_,
              ElementsAre("anext(): asynchronous generator is already running",
                          "aclose(): asynchronous generator is already "
                          "running"));
}

// ---- aclose

TEST_F(AsyncGeneratorTest, IsClosedWhereItHasYielded) {
  auto generator = notes_its_end();
  run(next_of(generator));
  run(closes(generator));
  EXPECT_THAT(log_, ElementsAre("exit", "destroyed"));
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
  run(closes(generator));
}

TEST_F(AsyncGeneratorTest, NeverBeginsIfItIsClosedBefore) {
  auto generator = notes_its_end();
  run(closes(generator));
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(AsyncGeneratorTest, LetsItsArgumentsGoWhenItIsClosedOrHasEnded) {
  const auto keeps = [](Counted /*argument*/) -> AsyncGenerator<int> {
    co_yield 1;
  };
  auto never_began = keeps(Counted());
  run(closes(never_began));
  EXPECT_EQ(Counted::alive, 0);
  auto has_ended = keeps(Counted());
  EXPECT_EQ(run(rest_of(has_ended)), "1 ");
  EXPECT_EQ(Counted::alive, 0);
}

class CloseTest : public AsyncGeneratorTest {
 protected:
  AsyncGenerator<int> waits_at_its_end() {
    bool is_closing = false;
    try {
      co_yield 1;
    } catch (const GeneratorExit&) {
      is_closing = true;
    }
    if (!is_closing) co_return;
    log_.emplace_back("closing");
    co_await sleep(1s);
    log_.emplace_back("closed");
  }
};

TEST_F(CloseTest, IsWaitedFor) {
  auto generator = waits_at_its_end();
  run(next_of(generator));
  const auto task = start(closes(generator));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("closing"));
  EXPECT_EQ(error_of(closes(generator)),
            "aclose(): asynchronous generator is already running");
  EXPECT_EQ(error_of(next_of(generator)),
            "anext(): asynchronous generator is already running");
  run(task);
  EXPECT_THAT(log_, ElementsAre("closing", "closed"));
}

TEST_F(CloseTest, MayBeCancelledAndThatIsTheEnd) {
  auto generator = waits_at_its_end();
  run(next_of(generator));
  const auto task = start(closes(generator));
  run_turns(1);
  task.cancel("m");
  EXPECT_EQ(message_of<CancelledError>([&] {
              run(task);
              return 0;
            }),
            "m");
  run(closes(generator));
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
}

AsyncGenerator<int> ignores_its_end() {
  const Counted counted;
  bool is_closing = false;
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
    is_closing = true;
  }
  if (is_closing) co_yield 2;
}

TEST_F(CloseTest, IsAnErrorIfItYieldsAgain) {
  auto generator = ignores_its_end();
  run(next_of(generator));
  EXPECT_EQ(error_of(closes(generator)),
            "async generator ignored GeneratorExit");
  EXPECT_EQ(run(next_of(generator)), std::nullopt);
  run(closes(generator));
  EXPECT_EQ(Counted::alive, 0);
}

AsyncGenerator<int> throws_at_its_end() {
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
    throw CustomError();
  }
}

TEST_F(CloseTest, ThrowsWhatTheGeneratorThrows) {
  auto generator = throws_at_its_end();
  run(next_of(generator));
  EXPECT_THROW(run(closes(generator)), CustomError);
  run(closes(generator));
}

TEST_F(CloseTest, ThrowsAtNoOtherAwait) {
  auto generator = counts(3, 1s);
  run(next_of(generator));
  run(closes(generator));
  EXPECT_EQ(loop().time().time_since_epoch(), 1s);
}

// ---- moved, assigned, destroyed

TEST_F(AsyncGeneratorTest, OneThatIsMovedGoesOnWhereItStood) {
  auto first = counts(3);
  run(next_of(first));
  AsyncGenerator<int> second = std::move(first);
  EXPECT_EQ(run(next_of(first)), std::nullopt);
  EXPECT_EQ(run(rest_of(second)), "1 2 ");
}

TEST_F(AsyncGeneratorTest, AssignmentDestroysWhatItReplaces) {
  auto generator = notes_its_end();
  run(next_of(generator));
  generator = counts(2);
  EXPECT_THAT(log_, ElementsAre("destroyed"));
  auto& itself = generator;
  generator = std::move(itself);
  EXPECT_EQ(run(rest_of(generator)), "0 1 ");
}

TEST_F(AsyncGeneratorTest, DestroyedHalfWayItDestroysItsVariables) {
  for (const int steps : {0, 1, 2}) {
    auto generator = counts(2);
    for (int i = 0; i < steps; ++i) run(next_of(generator));
    EXPECT_EQ(Counted::alive, steps > 0 ? 1 : 0);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(AsyncGeneratorTest, MayBeMovedWhileItRuns) {
  std::optional<AsyncGenerator<int>> first = counts(2, 1s);
  const auto task = start(next_of(*first));
  run_turns(1);
  AsyncGenerator<int> second = std::move(*first);
  first.reset();
  EXPECT_EQ(run(task), 0);
  EXPECT_EQ(run(next_of(second)), 1);
}

TEST_F(AsyncGeneratorTest, DestroyedWhileItRunsItEndsAtItsNextYield) {
  std::optional<AsyncGenerator<int>> generator = counts(2, 1s);
  const auto task = start(next_of(*generator));
  run_turns(1);
  generator.reset();
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_EQ(run(task), std::nullopt);
  EXPECT_EQ(Counted::alive, 0);
}

class DestroysItselfTest : public AsyncGeneratorTest {
 protected:
  AsyncGenerator<int> destroys_itself() {
    const Counted counted;
    generator_.reset();
    co_await sleep(1s);
    co_yield 1;
  }

  std::optional<AsyncGenerator<int>> generator_;
};

TEST_F(DestroysItselfTest, EndsAtItsNextYield) {
  generator_ = destroys_itself();
  EXPECT_EQ(run(next_of(*generator_)), std::nullopt);
}

// ---- the loop closes in the middle

TEST_F(AsyncGeneratorTest, DiesOnceWhenTheLoopClosesWhileItWaits) {
  collect_reports();
  start(tells(log_, "a", counts(3, 1s)));
  start(tells(log_, "b", squares(squares(counts(3, 1s)))));
  run_turns(1);
  EXPECT_EQ(Counted::alive, 2);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(AsyncGeneratorTest, DiesOnceWhenTheLoopClosesWhileItHasYielded) {
  collect_reports();
  const auto waits = [](AsyncGenerator<int> generator) -> Coroutine<> {
    co_await generator.next();
    co_await sleep(1s);
  };
  start(waits(counts(3)));
  run_turns(1);
  EXPECT_EQ(Counted::alive, 1);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(AsyncGeneratorTest, OutlivesTheLoopThatClosesWhileItWaits) {
  collect_reports();
  auto generator = counts(3, 1s);
  start(rest_of(generator));
  run_turns(1);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
  EventLoop other(virtual_time);
  EXPECT_EQ(other.run_until_complete(next_of(generator)), std::nullopt);
}

TEST_F(AsyncGeneratorTest, MayBeAnothersTaskThatDiesBeforeTheOneThatAsks) {
  collect_reports();
  auto generator = std::make_shared<AsyncGenerator<int>>(counts(3, 1s));
  const auto asks = [](AsyncGenerator<int>* of) -> Coroutine<> {
    co_await of->next();
  };
  const auto owns =
      [](std::shared_ptr<AsyncGenerator<int>> /*owned*/) -> Coroutine<> {
    co_await sleep(1h);
  };
  start(asks(generator.get()));
  start(owns(std::move(generator)));
  run_turns(1);
  close_loop();  // the younger first
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CloseTest, DiesOnceWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  auto generator = waits_at_its_end();
  run(next_of(generator));
  start(closes(generator));
  run_turns(1);
  close_loop();
  EXPECT_THAT(log_, ElementsAre("closing"));
}

}  // namespace
}  // namespace asyncio
