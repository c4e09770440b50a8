// What PEP 342 says of exceptions that are thrown into a generator, and of
// `close`, which throws one of its own. Where it says nothing, CPython was
// asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "05_coroutines/generator_test.hpp"
#include "common/testing/witness.hpp"

namespace coroutines {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Pointee;
using testing::StrEq;
using tests::Witness;

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

// ---- close

Generator<int> throws_at(int last) {
  for (int i = 0; i < last; ++i) co_yield i;
  throw CustomError{last};
}

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

}  // namespace
}  // namespace coroutines
