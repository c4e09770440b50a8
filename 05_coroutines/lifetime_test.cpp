// Nothing that a generator holds, takes or gives is copied, lost or left
// behind, wherever it stands when it is moved, assigned to or destroyed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "05_coroutines/generator.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/witness.hpp"

namespace coroutines {
namespace {

using testing::ElementsAre;
using testing::IsNull;
using testing::Pointee;
using testing::StrEq;
using tests::Counted;
using tests::Witness;

using Log = std::vector<std::string>;

/// Not a std::exception.
struct CustomError {
  int number;
};

class CountedTest : public testing::Test {
 protected:
  void SetUp() override { Counted::reset(); }
  void TearDown() override { EXPECT_EQ(Counted::alive, 0); }
};

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

TEST_F(CountedTest, ManyInAContainerMayBeMovedAbout) {
  std::vector<Generator<int, None, int>> generators;
  for (int i = 0; i < 100; ++i) {
    generators.push_back(primed(holds_one(Counted(), 3)));
  }
  for (auto& generator : generators) EXPECT_THAT(generator.next(), Pointee(1));
}

// ---- destruction

using Text = Generator<std::string, None, std::string>;

Text tells_its_end(Log& log, std::string name) {
  const Witness witness(log, name + " destroyed");
  try {
    co_yield name;
    co_yield name + " again";
  } catch (...) {
    log.push_back(name + " thrown at");
    throw;
  }
  co_return name + "'s result";
}

Text stands_on(Log& log, std::string name, Text callee) {
  const Witness witness(log, name + " destroyed");
  co_return co_yield from(std::move(callee));
}

TEST(Destructor, RunsDestructorsAndThrowsNothingIn) {
  Log log;
  {
    const auto generator = primed(tells_its_end(log, "one"));
  }
  EXPECT_THAT(log, ElementsAre("one destroyed"));
}

Generator<None> holds(std::shared_ptr<int> /*held*/) {
  co_yield none;
}

TEST(Destructor, OfOneNotStartedDestroysWhatItWasGiven) {
  const auto alive = std::make_shared<int>(1);
  {
    const auto generator = holds(alive);
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

// ---- assignment

TEST_F(CountedTest, OneThatIsAssignedToTakesTheOthersPlace) {
  auto first = primed(holds_one(Counted(), 3));
  first.next();
  auto second = primed(holds_one(Counted(), 9));
  second = std::move(first);
  EXPECT_THAT(second.next(), Pointee(2));
  EXPECT_THAT(first.next(), IsNull());
}

TEST_F(CountedTest, OneThatIsAssignedToItselfStaysWhatItIs) {
  auto generator = primed(holds_one(Counted(), 3));
  const int alive = Counted::alive;
  auto& same = generator;
  generator = std::move(same);
  EXPECT_EQ(Counted::alive, alive);
  EXPECT_THAT(generator.next(), Pointee(1));
}

TEST(Assignment, DestroysAtOnceWhatStoodThere) {
  Log log;
  auto first = primed(tells_its_end(log, "first"));
  auto second = primed(tells_its_end(log, "second"));
  first = std::move(second);
  EXPECT_THAT(log, ElementsAre("first destroyed"));
  EXPECT_EQ(second.state(), State::closed);
  EXPECT_THAT(first.next(), Pointee(StrEq("second again")));
}

TEST(Assignment, DestroysAtOnceWhatWasNotStarted) {
  const auto first = std::make_shared<int>(1);
  const auto second = std::make_shared<int>(2);
  auto generator = holds(first);
  generator = holds(second);
  EXPECT_EQ(first.use_count(), 1);
  EXPECT_EQ(second.use_count(), 2);
}

TEST(Assignment, DestroysAChainFromTheInnermostOut) {
  Log log;
  auto generator = primed(stands_on(log, "outer", tells_its_end(log, "inner")));
  generator = tells_its_end(log, "another");
  EXPECT_THAT(log, ElementsAre("inner destroyed", "outer destroyed"));
  EXPECT_EQ(generator.state(), State::created);
}

TEST(Assignment, OfAChainTakesItWhereItStands) {
  Log log;
  auto chain = primed(stands_on(log, "outer", tells_its_end(log, "inner")));
  auto generator = primed(tells_its_end(log, "replaced"));
  generator = std::move(chain);
  EXPECT_THAT(log, ElementsAre("replaced destroyed"));
  EXPECT_THAT(generator.next(), Pointee(StrEq("inner again")));
}

TEST(Assignment, WhatReplacedAnotherMayBeDelegatedTo) {
  Log log;
  auto generator = primed(tells_its_end(log, "replaced"));
  generator = primed(stands_on(log, "middle", tells_its_end(log, "inner")));
  generator = stands_on(log, "outer", std::move(generator));
  EXPECT_THAT(log, ElementsAre("replaced destroyed"));
  EXPECT_THAT(generator.next(), Pointee(StrEq("inner again")));
  EXPECT_THAT(generator.next(), IsNull());
  EXPECT_THAT(generator.result(), Pointee(StrEq("inner's result")));
  EXPECT_THAT(log, ElementsAre("replaced destroyed", "inner destroyed",
                               "middle destroyed", "outer destroyed"));
}

}  // namespace
}  // namespace coroutines
