// What PEP 342 says of one generator: values out and in, the four states, and
// the result. Where it says nothing, CPython was asked.
#include "05_coroutines/generator_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
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

// ---- values out, values in

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

TEST(Primed, StandsAtItsFirstYield) {
  const auto generator = primed(running_sum());
  EXPECT_EQ(generator.state(), State::suspended);
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

}  // namespace
}  // namespace coroutines
