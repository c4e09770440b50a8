#include "04_generators_round_robin/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/counted.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

// Counts what the whole program allocates. Not inline: GCC takes a `free` that
// it sees at the end of a `new` for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory,
                                       std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace generators {
namespace {

using testing::ElementsAre;
using testing::IsNull;
using testing::Pointee;
using tests::Counted;
using Log = std::vector<std::string>;

Generator<int> count_to(int last) {
  for (int number = 1; number <= last; ++number) co_yield number;
}

Generator<int> count_and_tell(int last, Log& log) {
  log.emplace_back("begins");
  for (int number = 1; number <= last; ++number) {
    log.push_back("yields " + std::to_string(number));
    co_yield number;
  }
  log.emplace_back("ends");
}

template <typename Range>
std::vector<int> all_of(Range&& range) {
  std::vector<int> all;
  for (const int number : range) all.push_back(number);
  return all;
}

TEST(Generator, RunsNothingWhenItIsCalled) {
  Log log;
  const Generator<int> numbers = count_and_tell(1, log);
  EXPECT_THAT(log, ElementsAre());
}

TEST(Generator, RunsToTheNextYieldEachTimeItIsAsked) {
  Log log;
  Generator<int> numbers = count_and_tell(2, log);
  EXPECT_THAT(numbers.next(), Pointee(1));
  EXPECT_THAT(log, ElementsAre("begins", "yields 1"));
  EXPECT_THAT(numbers.next(), Pointee(2));
  EXPECT_THAT(log, ElementsAre("begins", "yields 1", "yields 2"));
  EXPECT_THAT(numbers.next(), IsNull());
  EXPECT_THAT(log, ElementsAre("begins", "yields 1", "yields 2", "ends"));
}

TEST(Generator, GivesNullAtTheEndAndEverAfter) {
  Generator<int> numbers = count_to(1);
  EXPECT_THAT(numbers.next(), Pointee(1));
  for (int time = 0; time < 3; ++time) EXPECT_THAT(numbers.next(), IsNull());
}

TEST(Generator, MayHaveNoValuesAtAll) {
  Generator<int> none = count_to(0);
  EXPECT_THAT(none.next(), IsNull());
  EXPECT_THAT(all_of(count_to(0)), ElementsAre());
}

TEST(Generator, TwoCallsOfOneFunctionGoTheirOwnWays) {
  Generator<int> some = count_to(2);
  Generator<int> others = count_to(2);
  EXPECT_THAT(some.next(), Pointee(1));
  EXPECT_THAT(some.next(), Pointee(2));
  EXPECT_THAT(others.next(), Pointee(1));
}

TEST(Generator, IsWalkedByRangeFor) {
  EXPECT_THAT(all_of(count_to(3)), ElementsAre(1, 2, 3));
}

TEST(Generator, RangeForGoesOnWhereNextLeftIt) {
  Generator<int> numbers = count_to(3);
  numbers.next();
  EXPECT_THAT(all_of(numbers), ElementsAre(2, 3));
}

TEST(Generator, RangeForAsksNoFurtherThanTheBreak) {
  Log log;
  for (const int number : count_and_tell(9, log)) {
    if (number == 2) break;
  }
  EXPECT_THAT(log, ElementsAre("begins", "yields 1", "yields 2"));
}

Generator<int> twice_each(Generator<int> numbers) {
  for (int number : numbers) {
    co_yield number;
    co_yield number;
  }
}

TEST(Generator, MayWalkAnotherThatItWasGiven) {
  EXPECT_THAT(all_of(twice_each(count_to(2))), ElementsAre(1, 1, 2, 2));
}

bool is_odd(int number) {
  return number % 2 == 1;
}

int squared(int number) {
  return number * number;
}

TEST(GeneratorViews, TakeFilterAndTransformATemporary) {
  EXPECT_THAT(all_of(count_to(9) | std::views::take(2)), ElementsAre(1, 2));
  EXPECT_THAT(all_of(count_to(5) | std::views::filter(is_odd)),
              ElementsAre(1, 3, 5));
  EXPECT_THAT(all_of(count_to(3) | std::views::transform(squared)),
              ElementsAre(1, 4, 9));
  EXPECT_THAT(all_of(count_to(9) | std::views::filter(is_odd) |
                     std::views::transform(squared) | std::views::take(3)),
              ElementsAre(1, 9, 25));
}

// A view goes on to the next value before it counts.
TEST(GeneratorViews, TakeAsksForOneValueMoreThanItGives) {
  Log log;
  EXPECT_THAT(all_of(count_and_tell(9, log) | std::views::take(2)),
              ElementsAre(1, 2));
  EXPECT_THAT(log, ElementsAre("begins", "yields 1", "yields 2", "yields 3"));
}

TEST(GeneratorViews, TakeFilterAndTransformAVariable) {
  Generator<int> first = count_to(9);
  EXPECT_THAT(all_of(first | std::views::take(2)), ElementsAre(1, 2));
  Generator<int> second = count_to(5);
  EXPECT_THAT(all_of(second | std::views::filter(is_odd)),
              ElementsAre(1, 3, 5));
  Generator<int> third = count_to(3);
  EXPECT_THAT(all_of(third | std::views::transform(squared)),
              ElementsAre(1, 4, 9));
}

template <typename T>
using Pointer = decltype(std::declval<Generator<T>&>().next());

static_assert(std::same_as<Pointer<std::string>, std::string*>);
static_assert(std::same_as<Pointer<std::string&>, std::string*>);
static_assert(std::same_as<Pointer<const std::string>, const std::string*>);
static_assert(std::same_as<Pointer<const std::string&>, const std::string*>);

Generator<int&> elements(std::vector<int>& numbers) {
  for (int& number : numbers) co_yield number;
}

TEST(GeneratorValues, ReferencesAreToTheSourcesOwn) {
  std::vector<int> numbers = {1, 2, 3};
  for (int& number : elements(numbers)) number *= 10;
  EXPECT_THAT(numbers, ElementsAre(10, 20, 30));
}

Generator<int> until_told(int& seen) {
  int number = 1;
  while (number != 0) co_yield number;
  seen = number;
}

TEST(GeneratorValues, WhoAsksMayChangeWhatWasYielded) {
  int seen = 1;
  Generator<int> numbers = until_told(seen);
  *numbers.next() = 0;
  EXPECT_THAT(numbers.next(), IsNull());
  EXPECT_EQ(seen, 0);
}

Generator<const std::string> words(const std::vector<std::string>& all) {
  for (const std::string& word : all) co_yield word;
  co_yield std::string("and a temporary one, too long to stand in itself");
}

TEST(GeneratorValues, ConstOnesMayBeConstThemselves) {
  const std::vector<std::string> all = {"one", "two"};
  Generator<const std::string> some = words(all);
  EXPECT_EQ(some.next(), &all[0]);
  EXPECT_EQ(some.next(), &all[1]);
  EXPECT_THAT(
      some.next(),
      Pointee(std::string("and a temporary one, too long to stand in itself")));
}

Generator<const int&> constant_references(const int& lasting) {
  co_yield lasting;
  co_yield 2;
}

TEST(GeneratorValues, ConstReferencesMayBeToTemporaries) {
  EXPECT_THAT(all_of(constant_references(1)), ElementsAre(1, 2));
}

Generator<std::unique_ptr<int>> owners(int last) {
  for (int number = 1; number < last; ++number) {
    co_yield std::make_unique<int>(number);
  }
  auto kept = std::make_unique<int>(last);
  co_yield kept;
  if (!kept) co_yield std::make_unique<int>(0);  // it was taken
}

TEST(GeneratorValues, WhatCannotBeCopiedIsMovedOut) {
  std::vector<std::unique_ptr<int>> taken;
  for (auto& owner : owners(2)) taken.push_back(std::move(owner));
  EXPECT_THAT(taken, ElementsAre(Pointee(1), Pointee(2), Pointee(0)));
}

Generator<Counted> temporaries(int count) {
  for (int i = 0; i < count; ++i) co_yield Counted();
}

Generator<Counted> the_same(int count) {
  Counted lasting;
  for (int i = 0; i < count; ++i) co_yield lasting;
}

class CountedTest : public testing::Test {
 protected:
  CountedTest() { Counted::reset(); }
};

TEST_F(CountedTest, NothingIsCopiedAndOneLivesAtATime) {
  for (const auto& source : {temporaries, the_same}) {
    for (const Counted& one : source(3)) {
      EXPECT_NE(&one, nullptr);
      EXPECT_EQ(Counted::alive, 1);
    }
  }
  EXPECT_EQ(Counted::copies, 0);
  EXPECT_EQ(Counted::alive, 0);
}

Generator<int> with_a_parameter_and_a_variable(Counted /*parameter*/) {
  const Counted variable;
  co_yield 1;
}

TEST_F(CountedTest, DestroyedBeforeItsStartItFreesItsParameters) {
  {
    const auto numbers = with_a_parameter_and_a_variable(Counted());
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CountedTest, DestroyedHalfWayItFreesItsVariables) {
  {
    auto numbers = with_a_parameter_and_a_variable(Counted());
    numbers.next();
    EXPECT_EQ(Counted::alive, 2);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CountedTest, AtItsEndItHasFreedItsVariablesAndThenItsParameters) {
  {
    auto numbers = with_a_parameter_and_a_variable(Counted());
    while (numbers.next()) {
    }
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(CountedTest, MoveConstructionTakesOver) {
  auto from = with_a_parameter_and_a_variable(Counted());
  auto numbers = std::move(from);
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_THAT(numbers.next(), Pointee(1));
  EXPECT_EQ(Counted::alive, 2);
}

TEST_F(CountedTest, MovedFromItIsAtItsEnd) {
  auto from = count_to(3);
  auto numbers = std::move(from);
  EXPECT_THAT(from.next(), IsNull());
  EXPECT_THAT(all_of(from), ElementsAre());
  EXPECT_THAT(all_of(numbers), ElementsAre(1, 2, 3));
}

TEST_F(CountedTest, MoveAssignmentLeavesNothingBehind) {
  auto numbers = with_a_parameter_and_a_variable(Counted());
  numbers.next();
  numbers = count_to(2);
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(all_of(numbers), ElementsAre(1, 2));
}

TEST_F(CountedTest, MoveAssignmentDestroysAtOnceWhatStoodThere) {
  auto first = with_a_parameter_and_a_variable(Counted());
  auto second = with_a_parameter_and_a_variable(Counted());
  first.next();
  EXPECT_EQ(Counted::alive, 3);
  first = std::move(second);
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_THAT(second.next(), IsNull());
  EXPECT_THAT(first.next(), Pointee(1));
}

TEST_F(CountedTest, AssignedToItselfItGoesOn) {
  auto numbers = with_a_parameter_and_a_variable(Counted());
  auto& itself = numbers;
  numbers = std::move(itself);
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_THAT(numbers.next(), Pointee(1));
}

Generator<int> fails_after(int count, Counted /*parameter*/) {
  const Counted variable;
  for (int number = 1; number <= count; ++number) co_yield number;
  throw std::runtime_error("no more");
}

TEST_F(CountedTest, WhatItThrowsComesOutOfNextOnceAndIsItsEnd) {
  auto numbers = fails_after(1, Counted());
  EXPECT_THAT(numbers.next(), Pointee(1));
  EXPECT_THROW(numbers.next(), std::runtime_error);
  EXPECT_EQ(Counted::alive, 1);  // the parameter
  EXPECT_THAT(numbers.next(), IsNull());
  EXPECT_THAT(numbers.next(), IsNull());
}

TEST_F(CountedTest, WhatItThrowsComesOutOfBegin) {
  auto numbers = fails_after(0, Counted());
  EXPECT_THROW((void)numbers.begin(), std::runtime_error);
  EXPECT_TRUE(numbers.begin() == numbers.end());
}

TEST_F(CountedTest, WhatItThrowsComesOutOfTheIteratorsStep) {
  auto numbers = fails_after(1, Counted());
  auto place = numbers.begin();
  EXPECT_EQ(*place, 1);
  EXPECT_THROW(++place, std::runtime_error);
  EXPECT_TRUE(numbers.begin() == numbers.end());
}

TEST_F(CountedTest, WhatItThrowsEndsRangeFor) {
  std::vector<int> seen;
  EXPECT_THROW(
      for (const int number : fails_after(2, Counted())) seen.push_back(number),
      std::runtime_error);
  EXPECT_THAT(seen, ElementsAre(1, 2));
  EXPECT_EQ(Counted::alive, 0);
}

Generator<int> catches_its_own() {
  try {
    throw std::runtime_error("caught inside");
  } catch (const std::runtime_error&) {
  }
  co_yield 1;
}

TEST(GeneratorErrors, WhatItCatchesItselfNobodyElseSees) {
  EXPECT_THAT(all_of(catches_its_own()), ElementsAre(1));
}

TEST(GeneratorMemory, AMillionValuesNeedOneAllocation) {
  constexpr int k_million = 1'000'000;
  allocations = 0;
  long long sum = 0;
  for (const int number : count_to(k_million)) sum += number;
  EXPECT_LE(allocations, 1U);  // a compiler may do without
  EXPECT_EQ(sum, 500'000'500'000);
}

}  // namespace
}  // namespace generators
