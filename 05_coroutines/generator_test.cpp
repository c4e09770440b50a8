// What PEP 342 says of one generator: values out and in, exceptions in, close,
// and the four states. Where it says nothing, CPython was asked.
#include "05_coroutines/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace coroutines {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Pointee;
using testing::StrEq;

using Log = std::vector<std::string>;

/// Counts those alive, and how often they were copied and moved.
class Counted {
 public:
  Counted() { ++alive; }
  Counted(const Counted& /*other*/) { ++alive, ++copies; }
  Counted(Counted&& /*other*/) noexcept { ++alive, ++moves; }
  Counted& operator=(const Counted& /*other*/) { return ++copies, *this; }
  Counted& operator=(Counted&& /*other*/) noexcept { return ++moves, *this; }
  ~Counted() { --alive; }

  static void reset() { alive = copies = moves = 0; }

  static inline int alive = 0;
  static inline int copies = 0;
  static inline int moves = 0;
};

/// Writes its name down when it dies.
class Witness {
 public:
  Witness(Log& log, std::string name) : log_(log), name_(std::move(name)) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { log_.push_back(name_); }

 private:
  Log& log_;
  std::string name_;
};

/// Not a std::exception.
struct CustomError {
  int number;
};

class CountedTest : public testing::Test {
 protected:
  void SetUp() override { Counted::reset(); }
  void TearDown() override { EXPECT_EQ(Counted::alive, 0); }
};

template <typename Error>
std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// ---- values out, values in

Generator<int> one_two(Log& log) {
  log.emplace_back("begins");
  co_yield 1;
  log.emplace_back("goes on");
  co_yield 2;
  log.emplace_back("ends");
}

TEST(Next, RunsNothingBeforeTheFirst) {
  Log log;
  auto generator = one_two(log);
  EXPECT_THAT(log, IsEmpty());
  generator.next();
  EXPECT_THAT(log, ElementsAre("begins"));
}

TEST(Next, RunsToTheNextYieldAndGivesWhatItYielded) {
  Log log;
  auto generator = one_two(log);
  EXPECT_THAT(generator.next(), Pointee(1));
  EXPECT_THAT(generator.next(), Pointee(2));
  EXPECT_THAT(log, ElementsAre("begins", "goes on"));
}

TEST(Next, IsNullAtTheEndAndEverAfter) {
  Log log;
  auto generator = one_two(log);
  generator.next();
  generator.next();
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(log, ElementsAre("begins", "goes on", "ends"));
}

Generator<std::string, std::string> corner(Log& log) {
  const std::string message = co_yield "HI";
  log.push_back(message);
  co_yield "Nice";
  log.emplace_back("end");
}

TEST(Send, FirstYieldsTheRightSideThenGivesTheLeftOneThenTheRest) {
  Log log;
  auto generator = corner(log);
  EXPECT_THAT(generator.next(), Pointee(StrEq("HI")));
  EXPECT_THAT(log, IsEmpty());
  EXPECT_THAT(generator.send("Hello"), Pointee(StrEq("Nice")));
  EXPECT_THAT(log, ElementsAre("Hello"));
  EXPECT_THAT(generator.send("unheard"), IsNull());
  EXPECT_THAT(log, ElementsAre("Hello", "end"));
}

TEST(Send, ToOneNotStartedIsATypeErrorAndLeavesItCreated) {
  Log log;
  auto generator = corner(log);
  EXPECT_EQ(error_of<TypeError>([&] { generator.send("Hello"); }),
            "can't send a value to a just-started generator");
  EXPECT_EQ(generator.state(), State::created);
  EXPECT_THAT(generator.next(), Pointee(StrEq("HI")));
}

TEST(Send, ToOneThatHasEndedIsNull) {
  Log log;
  auto generator = corner(log);
  while (generator.next() != nullptr) {
  }
  EXPECT_THAT(generator.send("Hello"), IsNull());
}

Generator<int, int> running_sum() {
  int sum = 0;
  while (true) {
    const int addend = co_yield sum;
    sum += addend;
  }
}

TEST(Send, KeepsTheFunctionsVariables) {
  auto generator = primed(running_sum());
  EXPECT_THAT(generator.send(5), Pointee(5));
  EXPECT_THAT(generator.send(6), Pointee(11));
  EXPECT_THAT(generator.send(-1), Pointee(10));
}

TEST(Send, NextSendsWhatADefaultConstructorGives) {
  auto generator = primed(running_sum());
  generator.send(5);
  EXPECT_THAT(generator.next(), Pointee(5));
}

Generator<int, std::string> hears(Log& log) {
  while (true) {
    const std::string heard = co_yield 0;
    log.push_back(heard);
  }
}

TEST(Send, WhatWasSentBeforeIsNotSentAgainByNext) {
  Log log;
  auto generator = primed(hears(log));
  generator.send("a text too long for a string's own small buffer");
  generator.next();
  EXPECT_THAT(
      log, ElementsAre("a text too long for a string's own small buffer", ""));
}

TEST(Primed, StandsAtItsFirstYield) {
  const auto generator = primed(running_sum());
  EXPECT_EQ(generator.state(), State::suspended);
}

// ---- throw_in

Generator<std::string> catches(Log& log) {
  const Witness witness(log, "destroyed");
  while (true) {
    std::string caught;
    try {
      co_yield "waits";
    } catch (const std::out_of_range& error) {
      caught = error.what();
    } catch (const CustomError& error) {
      caught = "custom " + std::to_string(error.number);
    }
    if (!caught.empty()) co_yield caught;
  }
}

TEST(ThrowIn, GivesTheNextYieldOfWhoeverCatchesIt) {
  Log log;
  auto generator = primed(catches(log));
  EXPECT_THAT(generator.throw_in(std::out_of_range("far")),
              Pointee(StrEq("far")));
  EXPECT_THAT(generator.next(), Pointee(StrEq("waits")));
  EXPECT_EQ(generator.state(), State::suspended);
}

TEST(ThrowIn, TakesWhatIsNoStandardException) {
  Log log;
  auto generator = primed(catches(log));
  EXPECT_THAT(generator.throw_in(CustomError{7}), Pointee(StrEq("custom 7")));
}

TEST(ThrowIn, TakesAnExceptionThatWasCaughtElsewhere) {
  Log log;
  auto generator = primed(catches(log));
  std::exception_ptr exception;
  try {
    (void)std::vector<int>().at(0);
  } catch (...) {
    exception = std::current_exception();
  }
  EXPECT_THAT(generator.throw_in(exception),
              Pointee(testing::HasSubstr("vector")));
}

TEST(ThrowIn, WhatIsNotCaughtComesOutAndIsTheEnd) {
  Log log;
  auto generator = primed(catches(log));
  EXPECT_EQ(error_of<std::length_error>(
                [&] { generator.throw_in(std::length_error("long")); }),
            "long");
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(log, ElementsAre("destroyed"));
}

Generator<int> translates() {
  try {
    co_yield 1;
  } catch (const CustomError& error) {
    throw std::runtime_error("was " + std::to_string(error.number));
  }
}

TEST(ThrowIn, ADifferentExceptionMayComeOut) {
  auto generator = primed(translates());
  EXPECT_EQ(
      error_of<std::runtime_error>([&] { generator.throw_in(CustomError{3}); }),
      "was 3");
  EXPECT_EQ(generator.state(), State::closed);
}

Generator<int> ends_when_thrown_at() {
  try {
    co_yield 1;
  } catch (const CustomError&) {
  }
}

TEST(ThrowIn, IsNullIfTheFunctionCatchesItAndReturns) {
  auto generator = primed(ends_when_thrown_at());
  EXPECT_THAT(generator.throw_in(CustomError{1}), IsNull());
  EXPECT_EQ(generator.state(), State::closed);
}

TEST(ThrowIn, IntoOneNotStartedComesOutAndClosesIt) {
  Log log;
  auto generator = one_two(log);
  EXPECT_THROW(generator.throw_in(CustomError{1}), CustomError);
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(log, IsEmpty());
}

TEST(ThrowIn, IntoOneThatHasEndedComesOut) {
  auto generator = primed(ends_when_thrown_at());
  generator.next();
  EXPECT_THROW(generator.throw_in(CustomError{1}), CustomError);
  EXPECT_THROW(generator.throw_in(CustomError{2}), CustomError);
}

TEST(ThrowIn, NoExceptionAtAllIsAValueErrorAndChangesNothing) {
  Log log;
  auto generator = primed(catches(log));
  EXPECT_THROW(generator.throw_in(std::exception_ptr()), ValueError);
  EXPECT_EQ(generator.state(), State::suspended);
  EXPECT_THAT(log, IsEmpty());
}

Generator<int> goes_on_when_told_to_finish() {
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
  }
  co_yield 2;
}

TEST(ThrowIn, AGeneratorExitMayBeAnsweredWithAYield) {
  auto generator = primed(goes_on_when_told_to_finish());
  EXPECT_THAT(generator.throw_in(GeneratorExit()), Pointee(2));
}

TEST(ThrowIn, AGeneratorExitThatIsNotCaughtComesOut) {
  Log log;
  auto generator = primed(one_two(log));
  EXPECT_THROW(generator.throw_in(GeneratorExit()), GeneratorExit);
  EXPECT_EQ(generator.state(), State::closed);
}

Generator<int> throws_at(int last) {
  for (int i = 0; i < last; ++i) co_yield i;
  throw CustomError{last};
}

TEST(Next, WhatTheFunctionThrowsComesOutOnceAndIsTheEnd) {
  auto generator = throws_at(1);
  EXPECT_THAT(generator.next(), Pointee(0));
  EXPECT_THROW(generator.next(), CustomError);
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(generator.next(), IsNull());
}

TEST(Next, WhatIsThrownBeforeTheFirstYieldComesOut) {
  auto generator = throws_at(0);
  EXPECT_THROW(generator.next(), CustomError);
  EXPECT_EQ(generator.state(), State::closed);
}

// ---- close

Generator<None> holds(Log& log, std::shared_ptr<int> /*held*/) {
  log.emplace_back("begins");
  co_yield none;
}

TEST(Close, OfOneNotStartedRunsNothingAndDestroysIt) {
  Log log;
  const auto alive = std::make_shared<int>(1);
  auto generator = holds(log, alive);
  EXPECT_EQ(alive.use_count(), 2);
  generator.close();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(log, IsEmpty());
}

Generator<int> tells_how_it_ends(Log& log) {
  const Witness witness(log, "destroyed");
  try {
    co_yield 1;
    log.emplace_back("went on");
  } catch (const GeneratorExit&) {
    log.emplace_back("told to finish");
    throw;
  } catch (...) {
    log.emplace_back("something else");
    throw;
  }
}

TEST(Close, ThrowsGeneratorExitInAndSwallowsItWhenItComesOut) {
  Log log;
  auto generator = primed(tells_how_it_ends(log));
  generator.close();
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(log, ElementsAre("told to finish", "destroyed"));
}

TEST(Close, OfOneThatHasEndedDoesNothing) {
  Log log;
  auto generator = primed(tells_how_it_ends(log));
  generator.close();
  generator.close();
  EXPECT_THAT(log, ElementsAre("told to finish", "destroyed"));
}

TEST(Close, AfterAnExceptionDoesNothing) {
  auto generator = throws_at(0);
  EXPECT_THROW(generator.next(), CustomError);
  EXPECT_NO_THROW(generator.close());
}

Generator<int, None, int> returns_when_told_to_finish() {
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
  }
  co_return 7;
}

TEST(Close, KeepsTheResultOfAFunctionThatReturns) {
  auto generator = primed(returns_when_told_to_finish());
  generator.close();
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(generator.result(), Pointee(7));
}

Generator<int> ignores_the_first_close(Log& log) {
  const Witness witness(log, "destroyed");
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
    log.emplace_back("ignored");
  }
  co_yield 2;
  log.emplace_back("went on");
  co_yield 3;
}

TEST(Close, ThatIsIgnoredIsARuntimeErrorAndMayBeTriedAgain) {
  Log log;
  auto generator = primed(ignores_the_first_close(log));
  EXPECT_EQ(error_of<RuntimeError>([&] { generator.close(); }),
            "generator ignored GeneratorExit");
  EXPECT_EQ(generator.state(), State::suspended);
  EXPECT_NO_THROW(generator.close());
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(log, ElementsAre("ignored", "destroyed"));
}

TEST(Close, OneThatIgnoredItGoesOn) {
  Log log;
  auto generator = primed(ignores_the_first_close(log));
  EXPECT_THROW(generator.close(), RuntimeError);
  EXPECT_THAT(generator.next(), Pointee(3));
  EXPECT_THAT(generator.next(), IsNull());
}

Generator<int> fails_to_finish() {
  try {
    co_yield 1;
  } catch (const GeneratorExit&) {
    throw CustomError{5};
  }
}

TEST(Close, LetsAnyOtherExceptionOut) {
  auto generator = primed(fails_to_finish());
  EXPECT_THROW(generator.close(), CustomError);
  EXPECT_EQ(generator.state(), State::closed);
}

Generator<None> catches_standard_exceptions(Log& log) {
  try {
    co_yield none;
  } catch (const std::exception&) {
    log.emplace_back("caught by mistake");
  }
}

TEST(Close, IsNotCaughtByMistakeAsAStandardException) {
  Log log;
  auto generator = primed(catches_standard_exceptions(log));
  generator.close();
  EXPECT_THAT(log, IsEmpty());
}

// ---- destruction

TEST(Destructor, RunsDestructorsAndThrowsNothingIn) {
  Log log;
  {
    auto generator = primed(tells_how_it_ends(log));
  }
  EXPECT_THAT(log, ElementsAre("destroyed"));
}

TEST(Destructor, OfOneNotStartedDestroysWhatItWasGiven) {
  Log log;
  const auto alive = std::make_shared<int>(1);
  {
    const auto generator = holds(log, alive);
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

// ---- states

Generator<int> looks_at(Generator<int>*& itself, State& seen) {
  seen = itself->state();
  co_yield 1;
}

TEST(StateOf, GoesFromCreatedThroughRunningToSuspendedAndClosed) {
  Generator<int>* itself = nullptr;
  State seen = State::closed;
  auto generator = looks_at(itself, seen);
  itself = &generator;
  EXPECT_EQ(generator.state(), State::created);
  generator.next();
  EXPECT_EQ(seen, State::running);
  EXPECT_EQ(generator.state(), State::suspended);
  generator.next();
  EXPECT_EQ(generator.state(), State::closed);
}

TEST(StateOf, OneMovedFromIsClosed) {
  Log log;
  auto generator = one_two(log);
  const auto other = std::move(generator);
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_EQ(other.state(), State::created);
}

using Ask = void (*)(Generator<int>&);

Generator<int> asks_itself(Generator<int>*& itself, Ask ask, Log& log) {
  try {
    ask(*itself);
  } catch (const ValueError& error) {
    log.emplace_back(error.what());
  }
  co_yield 1;
  co_yield 2;
}

class FromWithin : public testing::TestWithParam<Ask> {};

TEST_P(FromWithin, IsAValueErrorAndItGoesOn) {
  Log log;
  Generator<int>* itself = nullptr;
  auto generator = asks_itself(itself, GetParam(), log);
  itself = &generator;
  EXPECT_THAT(generator.next(), Pointee(1));
  EXPECT_THAT(log, ElementsAre("generator already executing"));
  EXPECT_THAT(generator.next(), Pointee(2));
}

const Ask k_every_way[] = {
    [](Generator<int>& generator) { generator.next(); },
    [](Generator<int>& generator) { generator.send(none); },
    [](Generator<int>& generator) { generator.throw_in(CustomError{1}); },
    [](Generator<int>& generator) { generator.close(); },
};
const char* const k_its_name[] = {"Next", "Send", "ThrowIn", "Close"};

INSTANTIATE_TEST_SUITE_P(EveryWayToAsk, FromWithin,
                         testing::ValuesIn(k_every_way),
                         [](const auto& parameter) {
                           return k_its_name[parameter.index];
                         });

// ---- the result

Generator<int, None, std::string> returns_text() {
  co_yield 1;
  co_return "text";
}

TEST(Result, IsNullUntilTheFunctionHasReturned) {
  auto generator = returns_text();
  EXPECT_THAT(generator.result(), IsNull());
  generator.next();
  EXPECT_THAT(generator.result(), IsNull());
  generator.next();
  EXPECT_THAT(generator.result(), Pointee(StrEq("text")));
}

TEST(Result, MayBeTakenAway) {
  auto generator = returns_text();
  while (generator.next() != nullptr) {
  }
  const std::string taken = std::move(*generator.result());
  EXPECT_EQ(taken, "text");
}

TEST(Result, IsNullAfterAnException) {
  auto generator = primed(returns_text());
  EXPECT_THROW(generator.throw_in(CustomError{1}), CustomError);
  EXPECT_THAT(generator.result(), IsNull());
}

TEST(Result, IsNullAfterACloseThatTheFunctionDidNotAnswer) {
  auto generator = primed(returns_text());
  generator.close();
  EXPECT_THAT(generator.result(), IsNull());
}

TEST(Result, IsNullIfItWasNeverStarted) {
  auto generator = returns_text();
  generator.close();
  EXPECT_THAT(generator.result(), IsNull());
}

TEST(Result, IsNullOnceMovedFrom) {
  auto generator = returns_text();
  while (generator.next() != nullptr) {
  }
  const auto other = std::move(generator);
  EXPECT_THAT(generator.result(), IsNull());
  EXPECT_THAT(other.result(), Pointee(StrEq("text")));
}

// ---- types that can only be moved

using Pointer = std::unique_ptr<int>;

Generator<Pointer, Pointer, Pointer> doubles() {
  Pointer number = std::make_unique<int>(1);
  while (number) {
    *number *= 2;
    number = co_yield number;
  }
  co_return std::make_unique<int>(100);
}

TEST(MoveOnly, MayBeYieldedSentAndReturned) {
  auto generator = doubles();
  EXPECT_THAT(generator.next(), Pointee(Pointee(2)));
  EXPECT_THAT(generator.send(std::make_unique<int>(4)), Pointee(Pointee(8)));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(Pointee(100)));
}

Generator<None, Counted> takes_one() {
  const Counted taken = co_yield none;
  EXPECT_EQ(Counted::alive, 2);  // the sender's, moved from, and this
}

TEST_F(CountedTest, WhatIsSentIsMovedAndNeverCopied) {
  auto generator = primed(takes_one());
  generator.send(Counted());
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_LE(Counted::moves, 2);
}

Generator<Counted> yields_its_own() {
  const Counted own;
  co_yield own;
  co_yield Counted();
}

TEST_F(CountedTest, WhatIsYieldedIsNeitherCopiedNorMoved) {
  auto generator = yields_its_own();
  while (generator.next() != nullptr) {
  }
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::moves, 0);
}

Generator<None, None, Counted> returns_one() {
  Counted own;
  co_return std::move(own);
}

TEST_F(CountedTest, WhatIsReturnedIsMovedOnce) {
  auto generator = returns_one();
  generator.next();
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::moves, 1);
}

// ---- moving generators, and what they leave behind

Generator<int, None, int> holds_one(Counted /*given*/, int last) {
  const Counted own;
  for (int i = 0; i < last; ++i) {
    const Counted inner;
    co_yield i;
  }
  co_return last;
}

TEST_F(CountedTest, NothingIsLeftWhereverItStands) {
  for (const int steps : {0, 1, 2, 3, 4}) {
    auto generator = holds_one(Counted(), 3);
    for (int i = 0; i < steps; ++i) generator.next();
    EXPECT_GT(Counted::alive, 0);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CountedTest, NothingIsLeftAfterAnExceptionOrAClose) {
  auto thrown_at = primed(holds_one(Counted(), 3));
  EXPECT_THROW(thrown_at.throw_in(CustomError{1}), CustomError);
  auto closed = primed(holds_one(Counted(), 3));
  closed.close();
  auto never_started = holds_one(Counted(), 3);
  never_started.close();
}

TEST_F(CountedTest, OneThatIsMovedGoesOnWhereItStood) {
  auto first = primed(holds_one(Counted(), 3));
  Generator<int, None, int> second = std::move(first);
  EXPECT_THAT(first.next(), IsNull());
  EXPECT_THAT(second.next(), Pointee(1));
}

TEST_F(CountedTest, WhatItYieldedStaysGoodWhenItIsMoved) {
  auto first = holds_one(Counted(), 3);
  const int* yielded = first.next();
  const Generator<int, None, int> second = std::move(first);
  EXPECT_THAT(yielded, Pointee(0));
}

TEST_F(CountedTest, OneThatIsAssignedToTakesTheOthersPlace) {
  auto first = primed(holds_one(Counted(), 3));
  first.next();
  {
    auto second = primed(holds_one(Counted(), 9));
    second = std::move(first);
    EXPECT_THAT(second.next(), Pointee(2));
  }
}

TEST_F(CountedTest, OneThatIsAssignedToItselfStaysWhatItIs) {
  auto generator = primed(holds_one(Counted(), 3));
  auto& same = generator;
  generator = std::move(same);
  EXPECT_THAT(generator.next(), Pointee(1));
}

TEST_F(CountedTest, ManyInAContainerMayBeMovedAbout) {
  std::vector<Generator<int, None, int>> generators;
  for (int i = 0; i < 100; ++i) {
    generators.push_back(primed(holds_one(Counted(), 3)));
  }
  for (auto& generator : generators) EXPECT_THAT(generator.next(), Pointee(1));
}

}  // namespace
}  // namespace coroutines
