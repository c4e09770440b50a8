#include "04_generators_round_robin/event_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"

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
using Log = std::vector<std::string>;

/// Two ends of which the tasks wait for `here`.
struct Pair : net::SocketPair {
  Pair() : SocketPair(SOCK_NONBLOCK) {}

  [[nodiscard]] int fd() const { return here.get(); }
  [[nodiscard]] Wait readable() const { return {k_event_read, fd()}; }
  [[nodiscard]] Wait writable() const { return {k_event_write, fd()}; }

  void become_readable() const { ASSERT_EQ(::write(there.get(), "x", 1), 1); }
  void hear() const {
    char byte = 0;
    ASSERT_EQ(::read(fd(), &byte, 1), 1);
  }

  void fill() const {
    const std::array<char, 4096> bytes{};
    while (::write(fd(), bytes.data(), bytes.size()) > 0) {
    }
  }
  void make_room() const {
    std::array<char, 4096> bytes{};
    while (::read(there.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
};

/// Counts those that live.
struct Counted {
  Counted() { ++live; }
  Counted(const Counted&) = delete;
  ~Counted() { --live; }

  static inline int live = 0;
};

// Each task holds a Counted, so that all of them are seen to be destroyed.

Task tell(std::string name, Log& log) {
  const Counted counted;
  log.push_back(std::move(name));
  co_return;
}

Task wait_and_tell(Wait wait, std::string name, Log& log) {
  const Counted counted;
  log.push_back(name + " begins");
  co_yield wait;
  log.push_back(name + " goes on");
}

Task wait_for_ever(Wait wait) {
  const Counted counted;
  while (true) co_yield wait;
}

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

class EventLoopTest : public testing::TestWithParam<const char*> {
 protected:
  ~EventLoopTest() override {
    loop_.reset();
    EXPECT_EQ(Counted::live, 0);
    EXPECT_THAT(selector_->get_map(), IsEmpty());
  }

  /// Runs what can run without waiting, and one turn more.
  void turn() { loop_->run_once(0ns); }

  Pair pair_;  // outlives the loop, as descriptors must
  Pair other_;
  Log log_;
  std::unique_ptr<selectors::Selector> selector_ =
      selectors::selector_named(GetParam());
  std::optional<EventLoop> loop_{std::in_place, *selector_};
};

INSTANTIATE_TEST_SUITE_P(All, EventLoopTest,
                         testing::Values("select", "poll", "epoll"),
                         [](const auto& parameter) {
                           return std::string(parameter.param);
                         });

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

  pair_.become_readable();
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

  pair_.make_room();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(EventLoopTest, ReadersAndWritersWakeInTheSameTurn) {
  loop_->add(wait_and_tell(pair_.readable(), "reader", log_));
  loop_->add(wait_and_tell(other_.writable(), "writer", log_));
  turn();
  pair_.become_readable();
  log_.clear();
  loop_->run_once();
  EXPECT_THAT(log_, UnorderedElementsAre("reader goes on", "writer goes on"));
}

TEST_P(EventLoopTest, WakesOnlyThoseThatAreReady) {
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  loop_->add(wait_and_tell(other_.readable(), "b", log_));
  turn();
  other_.become_readable();
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
  for (const Pair* pair : pairs) pair->become_readable();
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
  pair_.become_readable();
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
    pair.hear();
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
    pair_.become_readable();
    loop_->run_once();
    turn();  // nothing more has come: it waits
  }
  EXPECT_THAT(log_, ElementsAre("read 1", "read 2"));
  pair_.make_room();
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
  pair_.become_readable();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("ping", "pong", "ping", "pong"));
}

TEST_P(EventLoopTest, RunReturnsWhenAllHaveEnded) {
  loop_->run();
  EXPECT_THAT(log_, IsEmpty());
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  loop_->add(wait_and_tell(other_.writable(), "b", log_));
  pair_.become_readable();
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
  EXPECT_EQ(Counted::live, 1);
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "b", "a goes on"));
}

TEST_P(EventLoopTest, ATaskThatThrowsOnceItIsWokenIsGone) {
  loop_->add(wait_and_fail(pair_.writable()));
  EXPECT_THROW(loop_->run(), std::runtime_error);
  EXPECT_FALSE(loop_->has_tasks());
  EXPECT_EQ(Counted::live, 0);
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
    EXPECT_EQ(Counted::live, 1);
    EXPECT_TRUE(loop_->to_write().empty());

    pair_.become_readable();
    loop_->run();
    pair_.hear();
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
  pair_.make_room();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("first begins", "first goes on"));
}

TEST_P(EventLoopTest, ATaskThatWaitsForNoDescriptorIsRefused) {
  loop_->add(wait_for_ever({k_event_read, -1}));
  loop_->add(tell("a", log_));
  expect_cannot_wait(*loop_, "descriptor -1");
  EXPECT_EQ(Counted::live, 0);
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
  EXPECT_EQ(Counted::live, 0);
}

TEST_P(EventLoopTest, ForgetDestroysWhoWaitsAndFreesTheDescriptor) {
  pair_.fill();
  for (const Wait wait : {pair_.readable(), pair_.writable()}) {
    loop_->add(wait_for_ever(wait));
    turn();
    EXPECT_EQ(Counted::live, 1);
    loop_->forget(pair_.fd());
    EXPECT_EQ(Counted::live, 0);
    EXPECT_FALSE(loop_->has_tasks());
    EXPECT_THAT(selector_->get_map(), IsEmpty());
  }
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  pair_.become_readable();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
}

TEST_P(EventLoopTest, ForgetLeavesTheOthersAndWhatItDoesNotKnow) {
  loop_->add(wait_for_ever(pair_.readable()));
  turn();
  loop_->forget(other_.fd());
  loop_->forget(-1);
  EXPECT_EQ(Counted::live, 1);
  EXPECT_TRUE(loop_->to_read().contains(pair_.fd()));
}

Task hold(net::Descriptor socket) {
  const Counted counted;
  co_yield Wait{k_event_read, socket.get()};
}

TEST_P(EventLoopTest, ATaskThatOwnsItsDescriptorIsUnregisteredFirst) {
  const int fd = pair_.fd();
  loop_->add(hold(std::move(pair_.here)));
  turn();
  loop_->forget(fd);
  EXPECT_THAT(selector_->get_map(), IsEmpty());

  const net::Descriptor again(net::checked(::dup(other_.fd()), "dup"));
  EXPECT_EQ(again.get(), fd);  // the lowest free number
  loop_->add(wait_and_tell({k_event_write, fd}, "a", log_));
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
}

Task forget_another(EventLoop& loop, int fd, Log& log) {
  const Counted counted;
  loop.forget(fd);
  log.push_back("live: " + std::to_string(Counted::live));
  co_return;
}

TEST_P(EventLoopTest, ATaskMayForgetAnother) {
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(forget_another(*loop_, pair_.fd(), log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("live: 1"));
  EXPECT_FALSE(loop_->has_tasks());
}

Task clear_all(EventLoop& loop, Log& log) {
  const Counted counted;
  loop.clear();
  log.push_back("live: " + std::to_string(Counted::live));
  co_return;
}

TEST_P(EventLoopTest, ATaskMayClearTheLoopAndGoesOn) {
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(clear_all(*loop_, log_));
  loop_->add(tell("never", log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("live: 1"));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(EventLoopTest, ClearDestroysAllAndLeavesNoRegistration) {
  other_.fill();
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(wait_for_ever(other_.writable()));
  turn();
  loop_->add(tell("never", log_));
  EXPECT_EQ(Counted::live, 2);
  loop_->clear();
  EXPECT_EQ(Counted::live, 0);
  EXPECT_FALSE(loop_->has_tasks());
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  loop_->run();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(EventLoopTest, TheDestructorDestroysAllAndLeavesNoRegistration) {
  other_.fill();
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(wait_for_ever(other_.writable()));
  turn();
  loop_->add(tell("never", log_));
  EXPECT_THAT(selector_->get_map(), SizeIs(2));
  loop_.reset();
  EXPECT_EQ(Counted::live, 0);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(EventLoopTest, HundredsOfTasksAllGetTheirTurn) {
  std::deque<Pair> pairs(200);
  for (const Pair& pair : pairs) {
    loop_->add(wait_and_tell(pair.readable(), "a", log_));
  }
  turn();
  for (const Pair& pair : pairs) pair.become_readable();
  log_.clear();
  loop_->run();
  EXPECT_THAT(log_, SizeIs(pairs.size()));
}

}  // namespace
}  // namespace generators
