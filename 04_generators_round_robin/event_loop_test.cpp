// Who runs when, who waits for what, and what becomes of errors: on each of the
// three selectors.
#include "04_generators_round_robin/event_loop_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <string>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/counted.hpp"

namespace generators {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::k_event_write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using tests::Counted;

Task wait_and_fail(Wait wait) {
  const Counted counted;
  co_yield wait;
  throw std::runtime_error("failed");
}

Task fail() {
  const Counted counted;
  throw std::runtime_error("failed at once");
  co_return;
}

INSTANTIATE_TEST_SUITE_P(All, EventLoopTest, every_selector(), selector_of);

TEST_P(EventLoopTest, RunsNothingWhenATaskIsAdded) {
  EXPECT_FALSE(loop_->has_tasks());
  loop_->add(tell("a", log_));
  EXPECT_TRUE(loop_->has_tasks());
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(EventLoopTest, RunsTheQueueInTheOrderInWhichItWasFilled) {
  for (const char* name : {"a", "b", "c"}) loop_->add(tell(name, log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(EventLoopTest, ParksAReaderUntilItsDescriptorIsReadable) {
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  turn();
  turn();
  EXPECT_THAT(log_, ElementsAre("a begins"));
  EXPECT_TRUE(loop_->to_read().contains(pair_.fd()));
  EXPECT_EQ(selector_->get_key(pair_.fd())->events, k_event_read);

  pair_.write_from_there();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
  EXPECT_FALSE(loop_->has_tasks());
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(EventLoopTest, ParksAWriterUntilItsDescriptorIsWritable) {
  pair_.fill();
  loop_->add(wait_and_tell(pair_.writable(), "a", log_));
  turn();
  turn();
  EXPECT_THAT(log_, ElementsAre("a begins"));
  EXPECT_TRUE(loop_->to_write().contains(pair_.fd()));
  EXPECT_EQ(selector_->get_key(pair_.fd())->events, k_event_write);

  pair_.drain();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(EventLoopTest, ReadersAndWritersWakeInTheSameTurn) {
  loop_->add(wait_and_tell(pair_.readable(), "reader", log_));
  loop_->add(wait_and_tell(other_.writable(), "writer", log_));
  turn();
  pair_.write_from_there();
  log_.clear();
  loop_->run_once();
  EXPECT_THAT(log_, UnorderedElementsAre("reader goes on", "writer goes on"));
}

TEST_P(EventLoopTest, WakesOnlyThoseThatAreReady) {
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  loop_->add(wait_and_tell(other_.readable(), "b", log_));
  turn();
  other_.write_from_there();
  log_.clear();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("b goes on"));
  EXPECT_THAT(loop_->to_read(), SizeIs(1));
}

TEST_P(EventLoopTest, WakesInTheOrderInWhichTheSelectorNamesThem) {
  const Pair third;
  const std::array<const Pair*, 3> pairs = {&third, &pair_, &other_};
  for (const Pair* pair : pairs) {
    loop_->add(
        wait_and_tell(pair->readable(), std::to_string(pair->fd()), log_));
  }
  turn();
  for (const Pair* pair : pairs) pair->write_from_there();
  log_.clear();
  Log named;
  for (const auto& [key, events] : selector_->select()) {
    named.push_back(std::to_string(key->fd) + " goes on");
  }
  EXPECT_THAT(named, SizeIs(3));
  loop_->run();
  EXPECT_EQ(log_, named);
}

TEST_P(EventLoopTest, AsksTheSelectorOnlyWhenTheQueueIsEmpty) {
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  turn();
  pair_.write_from_there();
  loop_->add(tell("b", log_));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("a begins", "b"));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("a begins", "b", "a goes on"));
}

Task read_twice(const Pair& pair, Log& log) {
  const Counted counted;
  for (int time = 1; time <= 2; ++time) {
    co_yield pair.readable();
    pair.read_here();
    log.push_back("read " + std::to_string(time));
  }
  pair.fill();
  co_yield pair.writable();
  log.emplace_back("wrote");
}

TEST_P(EventLoopTest, ATaskWaitsForOneThingAfterAnother) {
  loop_->add(read_twice(pair_, log_));
  turn();
  for (int time = 1; time <= 2; ++time) {
    pair_.write_from_there();
    loop_->run_once();
    turn();  // nothing more has come: it waits
  }
  EXPECT_THAT(log_, ElementsAre("read 1", "read 2"));
  pair_.drain();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("read 1", "read 2", "wrote"));
}

Task add_another(EventLoop& loop, Log& log) {
  const Counted counted;
  loop.add(tell("added", log));
  log.emplace_back("adds");
  co_return;
}

TEST_P(EventLoopTest, ATaskThatATaskAddsRunsAtTheEndOfTheQueue) {
  loop_->add(add_another(*loop_, log_));
  loop_->add(tell("second", log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("adds", "second", "added"));
}

Task play(const net::Descriptor& end, std::string name, Log& log) {
  const Counted counted;
  for (int round = 0; round < 2; ++round) {
    co_yield Wait{k_event_read, end.get()};
    char ball = 0;
    EXPECT_EQ(::read(end.get(), &ball, 1), 1);
    log.push_back(name);
    EXPECT_EQ(::write(end.get(), &ball, 1), 1);
  }
}

TEST_P(EventLoopTest, TwoThatWakeEachOtherRunToTheirEnd) {
  loop_->add(play(pair_.here, "ping", log_));
  loop_->add(play(pair_.there, "pong", log_));
  pair_.write_from_there();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("ping", "pong", "ping", "pong"));
}

TEST_P(EventLoopTest, RunReturnsWhenAllHaveEnded) {
  loop_->run();
  EXPECT_THAT(log_, IsEmpty());
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  loop_->add(wait_and_tell(other_.writable(), "b", log_));
  pair_.write_from_there();
  loop_->run();
  EXPECT_THAT(log_, SizeIs(4));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(EventLoopTest, RunOnceWaitsNoLongerThanItsTimeout) {
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  turn();
  for (const auto timeout : {-1ns, 0ns, 1'000'000ns}) {
    loop_->run_once(timeout);
    EXPECT_THAT(log_, ElementsAre("a begins"));
  }
}

TEST_P(EventLoopTest, ATaskThatThrowsEndsAloneAndTheOthersGoOn) {
  loop_->add(wait_and_tell(pair_.writable(), "a", log_));
  loop_->add(fail());
  loop_->add(tell("b", log_));
  EXPECT_THROW(loop_->run(), std::runtime_error);
  EXPECT_THAT(log_, ElementsAre("a begins"));
  EXPECT_EQ(Counted::alive, 1);
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "b", "a goes on"));
}

TEST_P(EventLoopTest, ATaskThatThrowsOnceItIsWokenIsGone) {
  loop_->add(wait_and_fail(pair_.writable()));
  EXPECT_THROW(loop_->run(), std::runtime_error);
  EXPECT_FALSE(loop_->has_tasks());
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(EventLoopTest, OfTwoThatAreReadyOneMayThrowAndTheOtherStillRuns) {
  loop_->add(wait_and_fail(pair_.writable()));
  loop_->add(wait_and_tell(other_.writable(), "a", log_));
  EXPECT_THROW(loop_->run(), std::runtime_error);
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
}

/// That the next run throws CannotWait and says `text`.
void expect_cannot_wait(EventLoop& loop, const std::string& text) {
  try {
    loop.run_once(0ns);
    ADD_FAILURE() << "expected CannotWait: " << text;
  } catch (const CannotWait& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

TEST_P(EventLoopTest, ASecondTaskOnADescriptorIsRefusedAndTheFirstKept) {
  for (const Wait second : {pair_.readable(), pair_.writable()}) {
    log_.clear();
    loop_->add(wait_and_tell(pair_.readable(), "first", log_));
    loop_->add(wait_and_tell(second, "second", log_));
    expect_cannot_wait(*loop_, "is already registered");
    EXPECT_EQ(Counted::alive, 1);
    EXPECT_TRUE(loop_->to_write().empty());

    pair_.write_from_there();
    loop_->run();
    pair_.read_here();
    EXPECT_THAT(log_,
                ElementsAre("first begins", "second begins", "first goes on"));
  }
}

TEST_P(EventLoopTest, AReaderIsRefusedWhereAWriterWaits) {
  pair_.fill();
  loop_->add(wait_and_tell(pair_.writable(), "first", log_));
  loop_->add(wait_for_ever(pair_.readable()));
  expect_cannot_wait(*loop_, "is already registered");
  EXPECT_TRUE(loop_->to_read().empty());
  pair_.drain();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("first begins", "first goes on"));
}

TEST_P(EventLoopTest, ATaskThatWaitsForNoDescriptorIsRefused) {
  loop_->add(wait_for_ever({k_event_read, -1}));
  loop_->add(tell("a", log_));
  expect_cannot_wait(*loop_, "descriptor -1");
  EXPECT_EQ(Counted::alive, 0);
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a"));
}

TEST(EpollEventLoop, ATaskThatWaitsForAFileIsRefused) {
  const auto selector = selectors::epoll_selector();
  const net::Descriptor file(net::checked(::memfd_create("", 0), "memfd"));
  EventLoop loop(*selector);
  loop.add(wait_for_ever({k_event_read, file.get()}));
  expect_cannot_wait(loop, "Operation not permitted");
  EXPECT_FALSE(loop.has_tasks());
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(EventLoopTest, HundredsOfTasksAllGetTheirTurn) {
  std::deque<Pair> pairs(200);
  for (const Pair& pair : pairs) {
    loop_->add(wait_and_tell(pair.readable(), "a", log_));
  }
  turn();
  for (const Pair& pair : pairs) pair.write_from_there();
  log_.clear();
  loop_->run();
  EXPECT_THAT(log_, SizeIs(pairs.size()));
}

}  // namespace
}  // namespace generators
