// What `co_await` owes to Python's `await`. There is no loop here: the tests
// ask the coroutines themselves.
#include "05_coroutines/coroutine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/testing/witness.hpp"

namespace coroutines {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::IsNull;
using testing::Pointee;
using tests::Witness;

using Log = std::vector<std::string>;

class CustomError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

auto waits_to_read(int fd) {
  return Pointee(testing::AllOf(Field(&Wait::what, Wait::For::reading),
                                Field(&Wait::fd, fd)));
}

auto waits_to_write(int fd) {
  return Pointee(testing::AllOf(Field(&Wait::what, Wait::For::writing),
                                Field(&Wait::fd, fd)));
}

// ---- calling, awaiting, results

Coroutine<int> add_one(int number) {
  co_return number + 1;
}

// The function's type does not tell that it is one; what it gives does.
static_assert(std::is_same_v<decltype(add_one), Coroutine<int>(int)>);
static_assert(std::is_same_v<decltype(add_one(1)), Coroutine<int>>);
static_assert(std::is_same_v<decltype(primed(std::declval<Generator<int>>())),
                             Generator<int>>);
static_assert(!std::is_copy_constructible_v<Coroutine<int>>);
static_assert(!std::is_copy_assignable_v<Coroutine<int>>);
static_assert(std::is_nothrow_move_constructible_v<Coroutine<int>>);
static_assert(sizeof(Coroutine<std::string>) == sizeof(void*));

Coroutine<> tells(Log& log, std::string text) {
  log.push_back(std::move(text));
  co_return;
}

TEST(CoroutineTest, CallingItRunsNothing) {
  Log log;
  auto coroutine = tells(log, "runs");
  EXPECT_THAT(log, IsEmpty());
  EXPECT_EQ(coroutine.state(), State::created);
  coroutine.next();
  EXPECT_THAT(log, ElementsAre("runs"));
  EXPECT_EQ(coroutine.state(), State::closed);
}

TEST(CoroutineTest, ItsResultIsWhatTheFunctionReturned) {
  auto coroutine = add_one(1);
  EXPECT_THAT(coroutine.result(), IsNull());
  EXPECT_THAT(coroutine.next(), IsNull());
  EXPECT_THAT(coroutine.result(), Pointee(2));
}

Coroutine<int> add_three(int number) {
  const int one_more = co_await add_one(number);
  const int two_more = co_await add_one(one_more);
  co_return co_await add_one(two_more);
}

TEST(CoroutineTest, AnAwaitGivesWhatTheOtherReturned) {
  auto coroutine = add_three(1);
  EXPECT_THAT(coroutine.next(), IsNull());
  EXPECT_THAT(coroutine.result(), Pointee(4));
}

Coroutine<std::unique_ptr<int>> makes_a_pointer() {
  co_return std::make_unique<int>(7);
}

Coroutine<int> takes_a_pointer() {
  const std::unique_ptr<int> pointer = co_await makes_a_pointer();
  co_return *pointer;
}

TEST(CoroutineTest, AResultMayBeOneThatIsOnlyMoved) {
  auto coroutine = takes_a_pointer();
  coroutine.next();
  EXPECT_THAT(coroutine.result(), Pointee(7));
}

Coroutine<> two_waits(Log& log) {
  log.emplace_back("inner begins");
  co_await readable(3);
  log.emplace_back("inner goes on");
  co_await writable(4);
  log.emplace_back("inner ends");
}

Coroutine<> nested(Log& log) {
  log.emplace_back("outer begins");
  co_await two_waits(log);
  log.emplace_back("outer ends");
}

TEST(CoroutineTest, TheCallerWaitsUntilTheAwaitedHasEnded) {
  Log log;
  auto coroutine = nested(log);
  EXPECT_THAT(coroutine.next(), waits_to_read(3));
  EXPECT_THAT(log, ElementsAre("outer begins", "inner begins"));
  EXPECT_THAT(coroutine.next(), waits_to_write(4));
  EXPECT_THAT(coroutine.next(), IsNull());
  EXPECT_THAT(log, ElementsAre("outer begins", "inner begins", "inner goes on",
                               "inner ends", "outer ends"));
}

Coroutine<std::string> phase1() {
  co_return "result1";
}

Coroutine<std::string> phase2(std::string first) {
  co_return "result2 derived from " + first;
}

Coroutine<std::pair<std::string, std::string>> outer() {
  const std::string first = co_await phase1();
  const std::string second = co_await phase2(first);
  co_return std::make_pair(first, second);
}

TEST(CoroutineTest, EachStepMayUseWhatTheLastOneGave) {
  auto coroutine = outer();
  coroutine.next();
  EXPECT_THAT(
      coroutine.result(),
      Pointee(testing::Pair("result1", "result2 derived from result1")));
}

Coroutine<> awaits_a_named_one(Log& log) {
  Coroutine<int> coroutine = add_one(1);
  log.emplace_back("made");
  const int number = co_await std::move(coroutine);
  log.push_back(std::to_string(number));
}

TEST(CoroutineTest, AnAwaitedOneMayHaveBeenMadeBefore) {
  Log log;
  auto coroutine = awaits_a_named_one(log);
  coroutine.next();
  EXPECT_THAT(log, ElementsAre("made", "2"));
}

// ---- awaiting a Wait

Coroutine<> waits_for(Wait wait) {
  co_await wait;
}

TEST(AwaitWait, YieldsItToWhoeverRunsTheOutermost) {
  EXPECT_THAT(waits_for(readable(7)).next(), waits_to_read(7));
  EXPECT_THAT(waits_for(writable(8)).next(), waits_to_write(8));
  const Wait::Clock::time_point soon = Wait::Clock::now();
  EXPECT_THAT(waits_for(until(soon)).next(),
              Pointee(testing::AllOf(Field(&Wait::what, Wait::For::time),
                                     Field(&Wait::until, soon))));
}

Coroutine<> catches_while_waiting(Log& log) {
  try {
    co_await readable(3);
  } catch (const CustomError& error) {
    log.emplace_back(error.what());
  }
  co_await readable(4);
}

TEST(AwaitWait, MayEndInAnException) {
  Log log;
  auto coroutine = catches_while_waiting(log);
  coroutine.next();
  EXPECT_THAT(coroutine.throw_in(CustomError("failed")), waits_to_read(4));
  EXPECT_THAT(log, ElementsAre("failed"));
}

// ---- awaiting something else

/// What has an `operator co_await` that gives a coroutine.
class Number {
 public:
  explicit Number(int number) : number_(number) {}
  Coroutine<int> operator co_await() const { return add_one(number_); }

 private:
  int number_;
};

/// One that gives a Wait.
class Door {
 public:
  explicit Door(int fd) : fd_(fd) {}
  Wait operator co_await() const { return readable(fd_); }

 private:
  int fd_;
};

/// One that gives another that does.
class House {
 public:
  Door operator co_await() const { return Door(5); }
};

/// One that may be awaited only once.
class Ticket {
 public:
  Coroutine<int> operator co_await() && { return add_one(1); }
};

static_assert(Awaitable<Coroutine<>>);
static_assert(Awaitable<Coroutine<std::unique_ptr<int>>>);
static_assert(!Awaitable<const Coroutine<int>>);
static_assert(!Awaitable<const Coroutine<int>&>);
static_assert(Awaitable<const Wait&>);
static_assert(Awaitable<Wait&>);
static_assert(Awaitable<Number>);
static_assert(Awaitable<const Number&>);
static_assert(Awaitable<Door>);
static_assert(Awaitable<House&>);
static_assert(Awaitable<Ticket>);
static_assert(!Awaitable<Ticket&>);
static_assert(!Awaitable<Generator<int>>);
static_assert(!Awaitable<std::suspend_always>);
static_assert(!Awaitable<std::string>);

Coroutine<int> awaits_a_number() {
  const Number number(6);
  const int seven = co_await number;
  const int two = co_await Number(1);
  co_return seven + two;
}

TEST(AwaitObject, GivesWhatItsCoroutineReturns) {
  auto coroutine = awaits_a_number();
  coroutine.next();
  EXPECT_THAT(coroutine.result(), Pointee(9));
}

Coroutine<> awaits_doors() {
  co_await Door(9);
  const Door door(10);
  co_await door;
  co_await House();
}

TEST(AwaitObject, YieldsTheWaitThatItGives) {
  auto coroutine = awaits_doors();
  EXPECT_THAT(coroutine.next(), waits_to_read(9));
  EXPECT_THAT(coroutine.next(), waits_to_read(10));
  EXPECT_THAT(coroutine.next(), waits_to_read(5));
  EXPECT_THAT(coroutine.next(), IsNull());
}

void uses_the_stack(int depth) {
  volatile char bytes[512] = {};
  bytes[0] = 1;
  if (depth > bytes[0]) uses_the_stack(depth - 1);
}

// Whoever runs it looks at the Wait after the call that made it has returned.
TEST(AwaitObject, TheWaitItGivesStaysGoodUntilTheCoroutineGoesOn) {
  auto coroutine = awaits_doors();
  const Wait* wait = coroutine.next();
  uses_the_stack(20);
  EXPECT_THAT(wait, waits_to_read(9));
}

// ---- exceptions

Coroutine<int> throws_if(bool it_is_to, std::string text) {
  co_await readable(1);
  if (it_is_to) throw CustomError(text);
  co_return 1;
}

Coroutine<> three_steps(int failing, Log& log) {
  try {
    co_await throws_if(failing == 0, "connect");
    co_await throws_if(failing == 1, "send");
    co_await throws_if(failing == 2, "receive");
    log.emplace_back("all done");
  } catch (const CustomError& error) {
    log.emplace_back(error.what());
  }
}

class OneTryAroundAll : public testing::TestWithParam<int> {};

TEST_P(OneTryAroundAll, CatchesWhatAnyStepThrows) {
  Log log;
  auto coroutine = three_steps(GetParam(), log);
  while (coroutine.next() != nullptr) {
  }
  const Log expected[] = {{"connect"}, {"send"}, {"receive"}, {"all done"}};
  EXPECT_EQ(log, expected[GetParam()]);
}

INSTANTIATE_TEST_SUITE_P(Steps, OneTryAroundAll, testing::Range(0, 4));

Coroutine<int> passes_on(bool it_is_to) {
  co_return co_await throws_if(it_is_to, "through");
}

TEST(CoroutineTest, WhatNobodyCatchesComesOutOfTheOutermost) {
  auto coroutine = passes_on(true);
  coroutine.next();
  EXPECT_THROW(coroutine.next(), CustomError);
  EXPECT_EQ(coroutine.state(), State::closed);
  EXPECT_THAT(coroutine.result(), IsNull());
}

// ---- awaiting twice

Coroutine<> awaits_twice(Log& log) {
  Coroutine<int> coroutine = add_one(1);
  const int number = co_await std::move(coroutine);
  log.push_back(std::to_string(number));
  try {
    co_await std::move(coroutine);
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

TEST(CoroutineTest, AwaitingTwiceIsARuntimeError) {
  Log log;
  auto coroutine = awaits_twice(log);
  coroutine.next();
  EXPECT_THAT(log, ElementsAre("2", "cannot reuse already awaited coroutine"));
}

Coroutine<> awaits(Coroutine<>& other, Log& log) {
  try {
    co_await std::move(other);
  } catch (const RuntimeError& error) {
    log.push_back(std::string("RuntimeError: ") + error.what());
  } catch (const ValueError& error) {
    log.push_back(std::string("ValueError: ") + error.what());
  }
}

TEST(CoroutineTest, AwaitingOneThatHasEndedIsARuntimeError) {
  Log log;
  auto ended = tells(log, "runs");
  ended.next();
  auto coroutine = awaits(ended, log);
  coroutine.next();
  EXPECT_THAT(log, ElementsAre("runs",
                               "RuntimeError: cannot reuse already awaited "
                               "coroutine"));
}

TEST(CoroutineTest, OneThatAwaitsItselfGetsAValueErrorAndGoesOn) {
  Log log;
  auto coroutine = tells(log, "never runs");
  coroutine.close();
  coroutine = awaits(coroutine, log);
  EXPECT_THAT(coroutine.next(), IsNull());
  EXPECT_THAT(log, ElementsAre("ValueError: generator already executing"));
}

// ---- assignment

Coroutine<> waits_twice(Log& log, std::string name) {
  const Witness witness(log, name + " destroyed");
  co_await readable(1);
  co_await readable(2);
}

Coroutine<> awaits_its_wait(Log& log, std::string name) {
  const Witness witness(log, name + " destroyed");
  co_await waits_twice(log, "inner");
}

TEST(CoroutineTest, AssignmentDestroysAtOnceWhatStoodThere) {
  Log log;
  auto first = awaits_its_wait(log, "first");
  first.next();
  auto second = waits_twice(log, "second");
  second.next();
  first = std::move(second);
  EXPECT_THAT(log, ElementsAre("inner destroyed", "first destroyed"));
  EXPECT_EQ(second.state(), State::closed);
  EXPECT_THAT(first.next(), waits_to_read(2));
}

TEST(CoroutineTest, OneThatIsAssignedToItselfGoesOn) {
  Log log;
  auto coroutine = waits_twice(log, "it");
  coroutine.next();
  auto& same = coroutine;
  coroutine = std::move(same);
  EXPECT_THAT(log, IsEmpty());
  EXPECT_THAT(coroutine.next(), waits_to_read(2));
}

}  // namespace
}  // namespace coroutines
