#include "04_generators_round_robin/round_robin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/testing/counted.hpp"

namespace generators {
namespace {

using testing::ElementsAre;
using tests::Counted;

Generator<char> letters(std::string text) {
  const Counted counted;
  for (char& letter : text) co_yield letter;
}

Generator<char> fails_after(std::string text) {
  const Counted counted;
  for (char& letter : text) co_yield letter;
  throw std::runtime_error("no more");
}

template <typename... Tasks>
std::deque<Generator<char>> queue_of(Tasks... tasks) {
  std::deque<Generator<char>> queue;
  (queue.push_back(std::move(tasks)), ...);
  return queue;
}

/// What was visited, in order.
std::string visited(std::deque<Generator<char>> tasks) {
  std::string all;
  round_robin(std::move(tasks), [&](char letter) { all += letter; });
  return all;
}

TEST(RoundRobin, EverybodyHasOneStepInTurn) {
  EXPECT_EQ(visited(queue_of(letters("abc"), letters("def"))), "adbecf");
}

TEST(RoundRobin, TheOthersGoOnWithoutThoseThatHaveEnded) {
  EXPECT_EQ(visited(queue_of(letters("abcd"), letters("e"), letters("fg"))),
            "aefbgcd");
}

TEST(RoundRobin, OneAloneIsAskedToItsEnd) {
  EXPECT_EQ(visited(queue_of(letters("abc"))), "abc");
}

TEST(RoundRobin, AnEmptyQueueIsTheEnd) {
  EXPECT_EQ(visited({}), "");
}

TEST(RoundRobin, ATaskThatEndsAtOnceIsNotVisited) {
  EXPECT_EQ(visited(queue_of(letters(""), letters("ab"), letters(""))), "ab");
}

TEST(RoundRobin, ATaskThatHasEndedIsDestroyedBeforeTheNextStep) {
  std::vector<int> live;
  round_robin(queue_of(letters("a"), letters("bc")),
              [&](char /*letter*/) { live.push_back(Counted::alive); });
  EXPECT_THAT(live, ElementsAre(1, 2, 1));
  EXPECT_EQ(Counted::alive, 0);
}

TEST(RoundRobin, WhatATaskThrowsIsTheEndOfAll) {
  std::string seen;
  EXPECT_THROW(
      round_robin(queue_of(letters("abcd"), fails_after("e"), letters("fgh")),
                  [&](char letter) { seen += letter; }),
      std::runtime_error);
  EXPECT_EQ(seen, "aefb");
  EXPECT_EQ(Counted::alive, 0);
}

TEST(RoundRobin, WhatTheVisitorThrowsIsTheEndOfAll) {
  int visits = 0;
  EXPECT_THROW(round_robin(queue_of(letters("abcd"), letters("efgh")),
                           [&](char /*letter*/) {
                             if (++visits == 3) throw std::runtime_error("");
                           }),
               std::runtime_error);
  EXPECT_EQ(visits, 3);
  EXPECT_EQ(Counted::alive, 0);
}

Generator<std::unique_ptr<int>> owners(int first, int last) {
  for (int number = first; number <= last; ++number) {
    co_yield std::make_unique<int>(number);
  }
}

TEST(RoundRobin, TheVisitorMayTakeWhatCannotBeCopied) {
  std::deque<Generator<std::unique_ptr<int>>> tasks;
  tasks.push_back(owners(1, 2));
  tasks.push_back(owners(3, 3));
  std::vector<int> taken;
  round_robin(std::move(tasks), [&](std::unique_ptr<int>& owner) {
    taken.push_back(*std::exchange(owner, nullptr));
  });
  EXPECT_THAT(taken, ElementsAre(1, 3, 2));
}

}  // namespace
}  // namespace generators
