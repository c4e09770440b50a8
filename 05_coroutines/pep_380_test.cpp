// PEP 380, "Syntax for Delegating to a Subgenerator", clause by clause: what
// `result = co_yield from(callee)` owes to Python's `result = yield from
// callee`. The answers where the PEP is silent are those that CPython gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "05_coroutines/generator.hpp"
#include "common/testing/witness.hpp"

namespace coroutines {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Pointee;
using testing::StrEq;
using tests::Witness;

using Log = std::vector<std::string>;

/// Yields, is sent and returns texts.
using Talk = Generator<std::string, std::string, std::string>;

class CustomError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string name_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const GeneratorExit&) {
    return "GeneratorExit";
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something else";
  }
}

std::string what_comes_out(const std::function<void()>& call) {
  try {
    call();
  } catch (...) {
    return name_of(std::current_exception());
  }
  return "nothing";
}

/// Delegates, and writes down what becomes of it.
Talk delegates(Log& log, std::string name, Talk callee) {
  try {
    const std::string result = co_yield from(std::move(callee));
    log.push_back(name + " was given " + result);
    co_return result + "!";
  } catch (...) {
    log.push_back(name + " caught " + name_of(std::current_exception()));
    throw;
  }
}

Talk three_levels(Log& log, Talk callee) {
  return delegates(log, "outer", delegates(log, "middle", std::move(callee)));
}

/// Yields what it was sent, until that is "return".
Talk echo(Log& log) {
  std::string heard = "ready";
  while (heard != "return") {
    heard = co_yield heard;
    log.push_back("heard '" + heard + "'");
  }
  co_return "returned";
}

// ---- values

Talk yields_its_own(const std::string*& address) {
  const std::string own = "own";
  address = &own;
  co_yield own;
  co_return "";
}

// "Any values that the iterator yields are passed directly to the caller."
TEST(Pep380, AnyValuesThatTheIteratorYieldsArePassedDirectlyToTheCaller) {
  Log log;
  const std::string* address = nullptr;
  auto generator = three_levels(log, yields_its_own(address));
  const std::string* yielded = generator.next();
  EXPECT_EQ(yielded, address);
  EXPECT_THAT(yielded, Pointee(StrEq("own")));
}

// "Any values sent to the delegating generator using send() are passed directly
// to the iterator."
TEST(Pep380, AnyValuesSentAreSentDirectlyToTheIterator) {
  Log log;
  auto generator = primed(three_levels(log, echo(log)));
  EXPECT_THAT(generator.send("one"), Pointee(StrEq("one")));
  EXPECT_THAT(generator.send("two"), Pointee(StrEq("two")));
  EXPECT_THAT(log, ElementsAre("heard 'one'", "heard 'two'"));
}

// "If the sent value is None, the iterator's __next__() method is called."
TEST(Pep380, NoneIsSentAsNext) {
  Log log;
  auto generator = primed(three_levels(log, echo(log)));
  generator.send("one");
  EXPECT_THAT(generator.next(), Pointee(StrEq("")));
  EXPECT_THAT(log, ElementsAre("heard 'one'", "heard ''"));
}

// "If the call raises StopIteration, the delegating generator is resumed."
TEST(Pep380, IfTheSendEndsTheIteratorTheDelegatorIsResumed) {
  Log log;
  auto generator = primed(delegates(log, "outer", echo(log)));
  EXPECT_THAT(generator.send("return"), IsNull());
  EXPECT_THAT(log, ElementsAre("heard 'return'", "outer was given returned"));
}

Talk fails_when_sent() {
  const std::string text = co_yield "ready";
  throw CustomError(text);
}

Talk recovers(Talk callee) {
  std::string caught;
  try {
    co_yield from(std::move(callee));
  } catch (const CustomError& error) {
    caught = error.what();
  }
  co_yield "caught " + caught;
  co_return "recovered";
}

// "Any other exception is propagated to the delegating generator."
TEST(Pep380, IfTheSendRaisesThatIsPropagatedToTheDelegator) {
  auto generator = primed(recovers(fails_when_sent()));
  EXPECT_THAT(generator.send("no"), Pointee(StrEq("caught no")));
  generator.next();
  EXPECT_THAT(generator.result(), Pointee(StrEq("recovered")));
}

// ---- exceptions other than GeneratorExit

Talk catches_and_goes_on() {
  for (std::string text = "ready";;) {
    try {
      co_yield text;
    } catch (const CustomError& error) {
      text = std::string("caught ") + error.what();
    }
  }
}

// "Exceptions other than GeneratorExit thrown into the delegating generator are
// passed to the throw() method of the iterator."
TEST(Pep380, ExceptionsThrownIntoTheDelegatorAreThrownIntoTheIterator) {
  Log log;
  auto generator = primed(three_levels(log, catches_and_goes_on()));
  EXPECT_THAT(generator.throw_in(CustomError("a")), Pointee(StrEq("caught a")));
  EXPECT_THAT(generator.throw_in(CustomError("b")), Pointee(StrEq("caught b")));
  EXPECT_THAT(log, IsEmpty());
}

Talk catches_and_returns() {
  try {
    co_yield "ready";
  } catch (const CustomError& error) {
    co_return error.what();
  }
  co_return "not thrown at";
}

// "If the call raises StopIteration, the delegating generator is resumed."
TEST(Pep380, IfThatThrowRaisesStopIterationTheDelegatorIsResumed) {
  Log log;
  auto generator = primed(three_levels(log, catches_and_returns()));
  EXPECT_THAT(generator.throw_in(CustomError("a")), IsNull());
  EXPECT_THAT(log, ElementsAre("middle was given a", "outer was given a!"));
  EXPECT_THAT(generator.result(), Pointee(StrEq("a!!")));
}

// "Any other exception is propagated to the delegating generator."
TEST(Pep380, AnyOtherExceptionIsPropagatedToTheDelegator) {
  Log log;
  auto generator = primed(three_levels(log, echo(log)));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(CustomError("a")); }), "a");
  EXPECT_THAT(log, ElementsAre("middle caught a", "outer caught a"));
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(generator.result(), IsNull());
}

Talk turns_into_another() {
  try {
    co_yield "ready";
  } catch (const CustomError&) {
    throw std::length_error("another");
  }
  co_return "";
}

TEST(Pep380, TheExceptionThatComesOutMayBeAnother) {
  Log log;
  auto generator = primed(three_levels(log, turns_into_another()));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(CustomError("a")); }),
            "another");
  EXPECT_THAT(log,
              ElementsAre("middle caught another", "outer caught another"));
}

// In the middle of three the exception stops; the outermost never sees it.
TEST(Pep380, WhoeverCatchesItStopsItsWay) {
  Log log;
  auto generator = primed(
      delegates(log, "outer", recovers(delegates(log, "in", echo(log)))));
  EXPECT_THAT(generator.throw_in(CustomError("a")), Pointee(StrEq("caught a")));
  EXPECT_THAT(log, ElementsAre("in caught a"));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("recovered!")));
}

// ---- GeneratorExit and close

Talk told_to_finish(Log& log, std::string name) {
  const Witness witness(log, name + " destroyed");
  try {
    co_yield "ready";
  } catch (const GeneratorExit&) {
    log.push_back(name + " told to finish");
    throw;
  }
  co_return "";
}

// "If a GeneratorExit exception is thrown into the delegating generator, or the
// close() method of the delegating generator is called, then the close() method
// of the iterator is called."
TEST(Pep380, ACloseClosesTheIteratorFirst) {
  Log log;
  auto generator = primed(three_levels(log, told_to_finish(log, "inner")));
  generator.close();
  EXPECT_THAT(log, ElementsAre("inner told to finish", "inner destroyed",
                               "middle caught GeneratorExit",
                               "outer caught GeneratorExit"));
  EXPECT_EQ(generator.state(), State::closed);
}

TEST(Pep380, AGeneratorExitThrownInClosesTheIteratorFirst) {
  Log log;
  auto generator = primed(three_levels(log, told_to_finish(log, "inner")));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(GeneratorExit()); }),
            "GeneratorExit");
  EXPECT_THAT(log, ElementsAre("inner told to finish", "inner destroyed",
                               "middle caught GeneratorExit",
                               "outer caught GeneratorExit"));
}

Talk fails_to_finish() {
  try {
    co_yield "ready";
  } catch (const GeneratorExit&) {
    throw CustomError("failed");
  }
  co_return "";
}

// "If this call results in an exception, it is propagated to the delegating
// generator."
TEST(Pep380, IfTheCloseRaisesThatIsPropagatedToTheDelegator) {
  Log log;
  auto generator = primed(three_levels(log, fails_to_finish()));
  EXPECT_EQ(what_comes_out([&] { generator.close(); }), "failed");
  EXPECT_THAT(log, ElementsAre("middle caught failed", "outer caught failed"));
  EXPECT_EQ(generator.state(), State::closed);
}

TEST(Pep380, IfTheCloseRaisesTheDelegatorMayCatchThatAndYieldAfterAThrow) {
  auto generator = primed(recovers(fails_to_finish()));
  EXPECT_THAT(generator.throw_in(GeneratorExit()),
              Pointee(StrEq("caught failed")));
  EXPECT_EQ(generator.state(), State::suspended);
}

Talk returns_when_closed() {
  try {
    co_yield "ready";
  } catch (const GeneratorExit&) {
  }
  co_return "done";
}

// "Otherwise, GeneratorExit is raised in the delegating generator."
TEST(Pep380, OtherwiseGeneratorExitIsRaisedInTheDelegator) {
  Log log;
  auto generator = primed(three_levels(log, returns_when_closed()));
  generator.close();
  EXPECT_THAT(log, ElementsAre("middle caught GeneratorExit",
                               "outer caught GeneratorExit"));
}

TEST(Pep380, WhatAClosedIteratorReturnsIsLost) {
  Log log;
  auto generator = primed(delegates(log, "outer", returns_when_closed()));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(GeneratorExit()); }),
            "GeneratorExit");
  EXPECT_THAT(log, ElementsAre("outer caught GeneratorExit"));
}

Talk returns_whatever_comes(Talk callee) {
  try {
    co_yield from(std::move(callee));
  } catch (...) {
    co_return "returned after " + name_of(std::current_exception());
  }
  co_return "nothing came";
}

// The one in the middle returns: it is closed, and the outermost is told too.
TEST(Pep380, AMiddleOneThatReturnsWhenItIsClosedPassesGeneratorExitOn) {
  Log log;
  auto generator = primed(
      delegates(log, "outer", returns_whatever_comes(fails_to_finish())));
  EXPECT_NO_THROW(generator.close());
  EXPECT_THAT(log, ElementsAre("outer caught GeneratorExit"));
}

TEST(Pep380, TheOutermostMayReturnWhenItIsClosed) {
  auto generator = primed(returns_whatever_comes(returns_when_closed()));
  generator.close();
  EXPECT_THAT(generator.result(),
              Pointee(StrEq("returned after GeneratorExit")));
}

// ---- a callee that ignores it

Talk ignores(Log& log) {
  const Witness witness(log, "inner destroyed");
  while (true) {
    try {
      co_yield "ready";
    } catch (const GeneratorExit&) {
      log.emplace_back("inner ignored it");
    }
  }
}

// CPython: gen_close() raises it where the close was called, which is in the
// delegating generator.
TEST(Pep380, ACalleeThatIgnoresCloseIsARuntimeErrorInItsCaller) {
  Log log;
  auto generator = primed(three_levels(log, ignores(log)));
  EXPECT_EQ(what_comes_out([&] { generator.close(); }),
            "generator ignored GeneratorExit");
  EXPECT_THAT(log, ElementsAre("inner ignored it", "inner destroyed",
                               "middle caught generator ignored GeneratorExit",
                               "outer caught generator ignored GeneratorExit"));
  EXPECT_EQ(generator.state(), State::closed);
}

Talk survives_an_ignorant(Talk callee) {
  std::string caught;
  try {
    co_yield from(std::move(callee));
  } catch (const RuntimeError& error) {
    caught = error.what();
  }
  co_yield caught;
  co_return "survived";
}

TEST(Pep380, TheCallerOfACalleeThatIgnoresCloseMayGoOnAfterAThrow) {
  Log log;
  auto generator = primed(survives_an_ignorant(ignores(log)));
  EXPECT_THAT(generator.throw_in(GeneratorExit()),
              Pointee(StrEq("generator ignored GeneratorExit")));
  EXPECT_THAT(log, ElementsAre("inner ignored it", "inner destroyed"));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("survived")));
}

TEST(Pep380, ADelegatorThatYieldsAfterThatIgnoresTheCloseItself) {
  Log log;
  auto generator = primed(survives_an_ignorant(ignores(log)));
  EXPECT_EQ(what_comes_out([&] { generator.close(); }),
            "generator ignored GeneratorExit");
  EXPECT_EQ(generator.state(), State::suspended);
  EXPECT_THAT(generator.next(), IsNull());
}

// The middle one catches what the innermost's close raised, and yields: it was
// to finish as well.
TEST(Pep380, AMiddleOneThatYieldsWhileItIsClosedIgnoresItAsWell) {
  Log log;
  auto generator = primed(delegates(log, "outer", recovers(fails_to_finish())));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(GeneratorExit()); }),
            "generator ignored GeneratorExit");
  EXPECT_THAT(log, ElementsAre("outer caught generator ignored GeneratorExit"));
}

// ---- cleanup that delegates

Talk cleans_up_by(Log& log, Talk cleanup) {
  bool is_told = false;
  try {
    co_yield "ready";
  } catch (const GeneratorExit&) {
    is_told = true;
  }
  if (is_told) {
    const std::string result = co_yield from(std::move(cleanup));
    log.push_back("cleaned up: " + result);
  }
  co_return "clean";
}

Talk returns_at_once(Log& log) {
  const Witness witness(log, "cleanup destroyed");
  if (log.size() > 1'000) co_yield "never";
  co_return "at once";
}

TEST(Pep380, ACleanupMayDelegateToWhatReturnsAtOnce) {
  Log log;
  auto generator = primed(cleans_up_by(log, returns_at_once(log)));
  EXPECT_NO_THROW(generator.close());
  EXPECT_THAT(log, ElementsAre("cleanup destroyed", "cleaned up: at once"));
  EXPECT_THAT(generator.result(), Pointee(StrEq("clean")));
}

TEST(Pep380, ACalleesCleanupMayDelegateToWhatReturnsAtOnce) {
  Log log;
  auto generator =
      primed(three_levels(log, cleans_up_by(log, returns_at_once(log))));
  EXPECT_NO_THROW(generator.close());
  EXPECT_THAT(log, ElementsAre("cleanup destroyed", "cleaned up: at once",
                               "middle caught GeneratorExit",
                               "outer caught GeneratorExit"));
}

TEST(Pep380, ACleanupThatDelegatesToWhatYieldsIgnoresTheClose) {
  Log log;
  auto generator = primed(cleans_up_by(log, told_to_finish(log, "cleanup")));
  EXPECT_EQ(what_comes_out([&] { generator.close(); }),
            "generator ignored GeneratorExit");
  EXPECT_EQ(generator.state(), State::suspended);
  EXPECT_THAT(log, IsEmpty());
  EXPECT_THAT(generator.next(), IsNull());  // goes on where it stood
  EXPECT_THAT(generator.result(), Pointee(StrEq("clean")));
}

TEST(Pep380, ACalleesCleanupThatYieldsIsDestroyedWithAllItDelegatesTo) {
  Log log;
  auto generator = primed(delegates(
      log, "outer",
      cleans_up_by(log,
                   delegates(log, "deep", told_to_finish(log, "deeper")))));
  EXPECT_EQ(what_comes_out([&] { generator.close(); }),
            "generator ignored GeneratorExit");
  EXPECT_THAT(log, ElementsAre("deeper destroyed",
                               "outer caught generator ignored GeneratorExit"));
}

// ---- the result

// "The value of the yield from expression is the first argument to the
// StopIteration exception raised by the iterator when it terminates."
TEST(Pep380, TheValueOfYieldFromIsTheReturnValue) {
  Log log;
  auto generator = primed(delegates(log, "outer", echo(log)));
  generator.send("return");
  EXPECT_THAT(log, ElementsAre("heard 'return'", "outer was given returned"));
}

// "return expr in a generator causes StopIteration(expr) to be raised upon exit
// from the generator."
TEST(Pep380, ReturnExprIsTheStopIterationsValue) {
  Log log;
  auto generator = primed(three_levels(log, echo(log)));
  EXPECT_THAT(generator.send("return"), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("returned!!")));
}

Generator<int, None, std::unique_ptr<int>> returns_a_pointer() {
  co_yield 1;
  co_return std::make_unique<int>(7);
}

Generator<int> takes_a_pointer(int& taken) {
  const std::unique_ptr<int> pointer = co_yield from(returns_a_pointer());
  taken = *pointer;
}

TEST(Pep380, TheValueMayBeOneThatIsOnlyMoved) {
  int taken = 0;
  auto generator = takes_a_pointer(taken);
  while (generator.next() != nullptr) {
  }
  EXPECT_EQ(taken, 7);
}

Generator<int> returns_nothing(Log& log) {
  const Witness witness(log, "inner destroyed");
  co_yield 1;
}

Generator<int> goes_on_after(Log& log) {
  co_yield from(returns_nothing(log));
  log.emplace_back("goes on");
  co_yield 2;
}

TEST(Pep380, ThereNeedNotBeAValue) {
  Log log;
  auto generator = primed(goes_on_after(log));
  EXPECT_THAT(generator.next(), Pointee(2));
  EXPECT_THAT(log, ElementsAre("inner destroyed", "goes on"));
}

Generator<int> counts_down(int from_here) {
  co_yield from_here;
  if (from_here > 0) co_yield from(counts_down(from_here - 1));
}

TEST(Pep380, AGeneratorMayDelegateToItsOwnKind) {
  std::vector<int> yielded;
  auto generator = counts_down(3);
  while (const int* number = generator.next()) yielded.push_back(*number);
  EXPECT_THAT(yielded, ElementsAre(3, 2, 1, 0));
}

Generator<int> one_after_the_other() {
  co_yield from(counts_down(1));
  co_yield from(counts_down(0));
  co_yield 7;
  co_yield from(counts_down(1));
}

TEST(Pep380, ItMayDelegateManyTimes) {
  std::vector<int> yielded;
  auto generator = one_after_the_other();
  while (const int* number = generator.next()) yielded.push_back(*number);
  EXPECT_THAT(yielded, ElementsAre(1, 0, 0, 7, 1, 0));
}

// ---- where the iterator stands

// The PEP's expansion begins with `_y = next(_i)`.
TEST(Pep380, TheIteratorIsStartedByYieldFrom) {
  Log log;
  auto generator = delegates(log, "outer", echo(log));
  EXPECT_THAT(generator.next(), Pointee(StrEq("ready")));
}

TEST(Pep380, CreatingTheDelegatorStartsNeither) {
  Log log;
  {
    const auto generator = delegates(log, "outer", told_to_finish(log, "in"));
    EXPECT_EQ(generator.state(), State::created);
  }
  EXPECT_THAT(log, IsEmpty());
}

// CPython: nothing has begun that could catch it.
TEST(Pep380, AThrowIntoADelegatorNotStartedReachesNobody) {
  Log log;
  auto generator = delegates(log, "outer", told_to_finish(log, "inner"));
  EXPECT_EQ(what_comes_out([&] { generator.throw_in(CustomError("a")); }), "a");
  EXPECT_THAT(log, IsEmpty());
  EXPECT_EQ(generator.state(), State::closed);
}

// As next() would, it sends nothing, whatever it was sent before.
TEST(Pep380, AStartedIteratorGoesOnWhereItStood) {
  Log log;
  auto inner = primed(echo(log));
  inner.send("one");
  auto generator = delegates(log, "outer", std::move(inner));
  EXPECT_THAT(generator.next(), Pointee(StrEq("")));
  EXPECT_THAT(generator.send("two"), Pointee(StrEq("two")));
  EXPECT_THAT(log, ElementsAre("heard 'one'", "heard ''", "heard 'two'"));
}

Talk hears_and_waits(Log& log) {
  const std::string heard = co_yield "ready";
  log.push_back("heard '" + heard + "'");
  const std::string last = co_yield "waits";
  log.push_back("last '" + last + "'");
  co_return "";
}

// The value it was sent last has been used up: it is not there to be looked at.
TEST(Pep380, WhatAStartedIteratorWasSentBeforeIsNotSentAgain) {
  Log log;
  auto inner = primed(hears_and_waits(log));
  {
    const auto text = std::make_unique<std::string>(200, 'x');
    inner.send(*text);
  }
  auto generator = delegates(log, "outer", std::move(inner));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_EQ(log.at(1), "last ''");
}

// Numbers, which a move does not empty.
Generator<int, int> running_sum() {
  int sum = 0;
  while (true) {
    const int addend = co_yield sum;
    sum += addend;
  }
}

Generator<int, int> stands_in(Generator<int, int> callee) {
  co_yield from(std::move(callee));
}

TEST(Pep380, AStartedIteratorIsSentNothingWhenItIsDelegatedTo) {
  auto inner = primed(running_sum());
  EXPECT_THAT(inner.send(5), Pointee(5));
  auto generator = stands_in(std::move(inner));
  EXPECT_THAT(generator.next(), Pointee(5));
  EXPECT_THAT(generator.send(2), Pointee(7));
}

// A chain that stands in its innermost is delegated to as a whole.
TEST(Pep380, AStartedChainGoesOnWhereItStood) {
  Log log;
  auto chain = primed(three_levels(log, echo(log)));
  chain.send("one");
  auto generator = primed(delegates(log, "outermost", std::move(chain)));
  EXPECT_THAT(generator.send("two"), Pointee(StrEq("two")));
  EXPECT_THAT(generator.send("return"), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("returned!!!")));
}

Talk yields_twice(Log& log, std::string name) {
  const Witness witness(log, name + " destroyed");
  try {
    co_yield "one";
    co_yield "two";
  } catch (const GeneratorExit&) {
    log.push_back(name + " told to finish");
    throw;
  }
  co_return "";
}

TEST(Pep380, AStartedChainIsClosedFromTheInnermostOut) {
  Log log;
  auto chain = primed(three_levels(log, yields_twice(log, "inner")));
  auto generator = delegates(log, "outermost", std::move(chain));
  EXPECT_THAT(generator.next(), Pointee(StrEq("two")));
  generator.close();
  EXPECT_EQ(generator.state(), State::closed);
  EXPECT_THAT(log, ElementsAre("inner told to finish", "inner destroyed",
                               "middle caught GeneratorExit",
                               "outer caught GeneratorExit",
                               "outermost caught GeneratorExit"));
}

Talk says_why_not(Talk& callee) {
  std::string why;
  try {
    co_yield from(std::move(callee));
  } catch (const RuntimeError& error) {
    why = std::string("RuntimeError: ") + error.what();
  } catch (const ValueError& error) {
    why = std::string("ValueError: ") + error.what();
  }
  co_yield why;
  co_return "went on";
}

// Here we differ from Python, where it is silently None: nobody means that.
TEST(Pep380, AnIteratorThatHasEndedIsARuntimeError) {
  Log log;
  auto ended = primed(echo(log));
  ended.send("return");
  auto generator = says_why_not(ended);
  EXPECT_THAT(generator.next(),
              Pointee(StrEq("RuntimeError: generator has already ended")));
}

TEST(Pep380, AnIteratorThatWasMovedFromIsARuntimeError) {
  Log log;
  auto moved = echo(log);
  const auto elsewhere = std::move(moved);
  auto generator = says_why_not(moved);
  EXPECT_THAT(generator.next(),
              Pointee(StrEq("RuntimeError: generator has already ended")));
}

// CPython: "generator already executing", and it goes on.
TEST(Pep380, AnIteratorThatIsRunningIsAValueErrorAndGoesOn) {
  Log log;
  auto generator = echo(log);  // a place, for what delegates to it
  generator = says_why_not(generator);
  EXPECT_THAT(generator.next(),
              Pointee(StrEq("ValueError: generator already executing")));
  EXPECT_EQ(generator.state(), State::suspended);
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("went on")));
}

// The callee's caller is running as well: the chain would bite its own tail.
TEST(Pep380, TheOneThatDelegatesToUsIsRunningToo) {
  Log log;
  auto generator = echo(log);
  generator = delegates(log, "outer", says_why_not(generator));
  EXPECT_THAT(generator.next(),
              Pointee(StrEq("ValueError: generator already executing")));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("went on!")));
}

// ---- what is left

// "The iterator is finalised": destructors run from the innermost out.
TEST(Pep380, ADestroyedDelegatorDestroysTheInnermostFirstAndThrowsNothingIn) {
  Log log;
  {
    auto generator = primed(three_levels(log, told_to_finish(log, "inner")));
  }
  EXPECT_THAT(log, ElementsAre("inner destroyed"));
}

Talk with_witness(Log& log, std::string name, Talk callee) {
  const Witness witness(log, name);
  co_return co_yield from(std::move(callee));
}

TEST(Pep380, ADestroyedChainGoesFromTheInnermostOut) {
  Log log;
  {
    auto generator = primed(with_witness(
        log, "outer", with_witness(log, "middle", told_to_finish(log, "in"))));
  }
  EXPECT_THAT(log, ElementsAre("in destroyed", "middle", "outer"));
}

TEST(Pep380, AnEndedIteratorIsDestroyedBeforeTheDelegatorGoesOn) {
  Log log;
  auto generator = primed(goes_on_after(log));
  generator.next();
  EXPECT_THAT(log, ElementsAre("inner destroyed", "goes on"));
}

}  // namespace
}  // namespace coroutines
