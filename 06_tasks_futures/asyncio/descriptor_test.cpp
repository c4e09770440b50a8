// add_reader and add_writer, on each of chapter 3's selectors, and what stands
// behind them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/readiness.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Counted;
using tests::Pair;

class DescriptorTest : public LoopTest,
                       public testing::WithParamInterface<const char*> {
 protected:
  DescriptorTest()
      : LoopTest(selectors::selector_named(GetParam()), virtual_time) {}

  Pair pair_;
};

Coroutine<> waits_until_readable(int fd) {
  co_await readable(fd);
}

// ---- callbacks

TEST_P(DescriptorTest, AReaderIsCalledInEachTurnInWhichThereIsSomethingToRead) {
  loop().add_reader(pair_.fd(), note("readable"));
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair_.write_from_there();
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("readable", "readable", "readable"));
  pair_.read_here();
  run_turns(2);
  EXPECT_EQ(log_.size(), 3U);
}

TEST_P(DescriptorTest, WhatIsNoDescriptorIsRefused) {
  for (const int fd : {1'000'000, std::numeric_limits<int>::max()}) {
    EXPECT_THAT(thrown_by([&] { return loop().add_reader(fd, [] {}), 0; }),
                testing::StartsWith("system_error: "));
  }
}

TEST_P(DescriptorTest, ItsCallbacksDieWhenTheLoopCloses) {
  loop().add_reader(pair_.fd(), [counted = Counted()] {});
  loop().add_writer(pair_.fd(), [counted = Counted()] {});
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(DescriptorTest, AReaderPushesNoTaskOut) {
  const Task<> task = start(waits_until_readable(pair_.fd()));
  run_turns(1);
  EXPECT_EQ(thrown_by([&] { return loop().add_reader(pair_.fd(), [] {}), 0; }),
            "RuntimeError: descriptor " + std::to_string(pair_.fd()) +
                " is already waited for");
  pair_.write_from_there();
  run(task);
}

TEST_P(DescriptorTest, AWriterIsCalledInEachTurnInWhichThereIsRoom) {
  pair_.fill();
  loop().add_writer(pair_.fd(), note("writable"));
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair_.drain();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("writable", "writable"));
}

TEST_P(DescriptorTest, TheLoopSleepsUntilADescriptorIsReady) {
  loop().add_reader(pair_.fd(), [this] { loop().stop(); });
  loop().call_soon([this] { pair_.write_from_there(); });
  loop().run_forever();
  EXPECT_TRUE(loop().remove_reader(pair_.fd()));
}

TEST_P(DescriptorTest, AReaderRunsBeforeAWriterAndBothBeforeTimers) {
  pair_.write_from_there();
  loop().call_later(-1s, note("timer"));
  loop().add_writer(pair_.fd(), note("writable"));
  loop().add_reader(pair_.fd(), note("readable"));
  loop().call_soon(note("ready before"));
  run_turns(1);
  EXPECT_THAT(log_,
              ElementsAre("ready before", "readable", "writable", "timer"));
}

// test_add_reader_existing, test_add_reader_existing_writer
TEST_P(DescriptorTest, ASecondReaderReplacesTheFirstAndKeepsTheWriter) {
  loop().add_writer(pair_.fd(), note("writable"));
  loop().add_reader(pair_.fd(), note("first"));
  loop().add_reader(pair_.fd(), note("second"));
  pair_.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("second", "writable"));
}

// test_remove_reader_read_write, test_remove_reader_unknown
TEST_P(DescriptorTest, ToRemoveGivesTrueThenFalseAndKeepsTheOther) {
  EXPECT_FALSE(loop().remove_reader(pair_.fd()));
  loop().add_reader(pair_.fd(), note("readable"));
  loop().add_writer(pair_.fd(), note("writable"));
  pair_.write_from_there();
  EXPECT_TRUE(loop().remove_reader(pair_.fd()));
  EXPECT_FALSE(loop().remove_reader(pair_.fd()));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("writable"));
  EXPECT_TRUE(loop().remove_writer(pair_.fd()));
  EXPECT_FALSE(loop().remove_writer(pair_.fd()));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("writable"));
}

TEST_P(DescriptorTest, WhatCannotBeADescriptorWasNeverAdded) {
  EXPECT_THROW(loop().add_reader(-1, [] {}), ValueError);
  EXPECT_FALSE(loop().remove_reader(-1));
  EXPECT_FALSE(loop().remove_writer(-1));
  EXPECT_FALSE(loop().remove_writer(1 << 20));
}

TEST_P(DescriptorTest, MayRemoveItself) {
  loop().add_reader(pair_.fd(), [this, counted = Counted()] {
    EXPECT_TRUE(loop().remove_reader(pair_.fd()));
    EXPECT_EQ(Counted::alive, 1);
    log_.emplace_back("readable");
  });
  pair_.write_from_there();
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("readable"));
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(DescriptorTest, MayReplaceItself) {
  loop().add_reader(pair_.fd(), [this, counted = Counted()] {
    loop().add_reader(pair_.fd(), note("second"));
    EXPECT_EQ(Counted::alive, 1);
    log_.emplace_back("first");
  });
  pair_.write_from_there();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("first", "second"));
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(DescriptorTest, MayRemoveTheOtherOfItsTurn) {
  loop().add_reader(pair_.fd(), [this] {
    log_.emplace_back("readable");
    loop().remove_writer(pair_.fd());
  });
  loop().add_writer(pair_.fd(), note("writable"));
  pair_.write_from_there();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("readable", "readable"));
}

TEST_P(DescriptorTest, OneThatIsReplacedInItsTurnIsNotCalledInThatTurn) {
  loop().add_writer(pair_.fd(), note("first"));
  loop().call_soon([this] { loop().add_writer(pair_.fd(), note("second")); });
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("second"));
}

TEST_P(DescriptorTest, OneThatThrowsIsReportedAndCalledAgain) {
  collect_reports();
  loop().add_writer(pair_.fd(), [] { throw std::runtime_error("no"); });
  run_turns(2);
  EXPECT_THAT(reports_, ElementsAre("Exception in callback: no",
                                    "Exception in callback: no"));
}

// test_single_selecter_event_callback_after_stopping
TEST_P(DescriptorTest, StopInACallbackRunsItOncePerRun) {
  loop().add_writer(pair_.fd(), [this] {
    log_.emplace_back("writable");
    loop().stop();
  });
  loop().run_forever();
  EXPECT_EQ(log_.size(), 1U);
  loop().run_forever();
  EXPECT_EQ(log_.size(), 2U);
}

TEST_P(DescriptorTest, OneThatWasKeptFromItsTurnIsNotCalledTwice) {
  loop().call_soon([] { throw KeyboardInterrupt(); });
  loop().add_writer(pair_.fd(), note("writable"));
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("writable"));
}

TEST_P(DescriptorTest, IsCalledWhenTheOtherEndIsGone) {
  loop().add_reader(pair_.fd(), note("readable"));
  loop().add_writer(pair_.fd(), note("writable"));
  pair_.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("readable", "writable"));
}

// ---- closed descriptors

// Closed too early, which it must not be: nothing breaks.
TEST_P(DescriptorTest, OneThatWasClosedMayStillBeRemoved) {
  const int fd = pair_.fd();
  loop().add_reader(fd, note("readable"));
  loop().add_writer(fd, note("writable"));
  pair_.here.close();
  EXPECT_TRUE(loop().remove_reader(fd));
  EXPECT_TRUE(loop().remove_writer(fd));
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(DescriptorTest, ANumberThatIsUsedAgainIsWaitedForAgain) {
  const int fd = pair_.fd();
  loop().add_reader(fd, note("first"));
  EXPECT_TRUE(loop().remove_reader(fd));
  Pair next;
  ASSERT_EQ(::dup2(next.fd(), fd), fd);
  loop().add_reader(fd, note("second"));
  next.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("second"));
  EXPECT_TRUE(loop().remove_reader(fd));
}

// ---- the end of the loop

TEST_P(DescriptorTest, CallbacksDieWithTheirLoop) {
  loop().add_reader(pair_.fd(), [counted = Counted()] {});
  loop().add_writer(pair_.fd(), [counted = Counted()] {});
  run_turns(1);
  EXPECT_EQ(Counted::alive, 2);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(DescriptorTest, CallbacksThatWereDueDieWithTheirLoop) {
  loop().call_soon([] { throw KeyboardInterrupt(); });
  loop().add_writer(pair_.fd(), [counted = Counted()] {});
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  loop().remove_writer(pair_.fd());
  EXPECT_EQ(Counted::alive, 1);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

INSTANTIATE_TEST_SUITE_P(Selectors, DescriptorTest,
                         testing::Values("select", "poll", "epoll"),
                         [](const auto& given) { return given.param; });

// epoll(7) refuses what is always ready; the others don't look.
TEST(Epoll, WhatItRefusesWasNeverAdded) {
  EventLoop loop(virtual_time);
  const net::Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_THROW(loop.add_reader(file.get(), [] {}), std::system_error);
  EXPECT_FALSE(loop.remove_reader(file.get()));
  std::optional<Pair> pair(std::in_place);
  const int closed = pair->fd();
  pair.reset();
  EXPECT_THROW(loop.add_reader(closed, [] {}), std::system_error);
  EXPECT_FALSE(loop.remove_reader(closed));
}

// ---- who waits for what

/// Writes down that it was told.
class Told final : public Descriptors::Waiter {
 public:
  void on_ready(const std::exception_ptr& error) noexcept override {
    told_.push_back(error ? describe(error) : "ready");
  }
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

 private:
  std::vector<std::string> told_;
};

class DescriptorsTest : public testing::Test {
 protected:
  static constexpr auto k_read = selectors::k_event_read;
  static constexpr auto k_write = selectors::k_event_write;

  void poll() { descriptors_.poll(0ns); }
  bool is_registered(int fd) { return descriptors_.registered(fd) != 0; }

  Pair pair_;
  Told reader_;
  Told writer_;
  Descriptors descriptors_{selectors::default_selector()};
};

TEST_F(DescriptorsTest, AWaiterIsToldOnce) {
  descriptors_.wait(pair_.fd(), k_read, reader_);
  EXPECT_EQ(descriptors_.watched(), 1U);
  pair_.write_from_there();
  poll();
  poll();
  EXPECT_THAT(reader_.told(), ElementsAre("ready"));
  EXPECT_EQ(descriptors_.watched(), 0U);
  EXPECT_FALSE(is_registered(pair_.fd()));
}

TEST_F(DescriptorsTest, ASecondWaiterIsRefused) {
  descriptors_.wait(pair_.fd(), k_read, reader_);
  EXPECT_THROW(descriptors_.wait(pair_.fd(), k_read, writer_), RuntimeError);
  descriptors_.wait(pair_.fd(), k_write, writer_);
  pair_.write_from_there();
  poll();
  EXPECT_THAT(reader_.told(), ElementsAre("ready"));
  EXPECT_THAT(writer_.told(), ElementsAre("ready"));
}

TEST_F(DescriptorsTest, WhatIsKeptStaysRegisteredBetweenTwoWaits) {
  descriptors_.keep(pair_.fd());
  descriptors_.wait(pair_.fd(), k_read, reader_);
  pair_.write_from_there();
  poll();
  EXPECT_TRUE(is_registered(pair_.fd()));
  pair_.read_here();
  descriptors_.wait(pair_.fd(), k_read, reader_);
  poll();
  EXPECT_THAT(reader_.told(), ElementsAre("ready"));
  pair_.write_from_there();
  poll();
  EXPECT_THAT(reader_.told(), ElementsAre("ready", "ready"));
  descriptors_.release(pair_.fd());
  EXPECT_FALSE(is_registered(pair_.fd()));
}

// Else the loop would spin on it.
TEST_F(DescriptorsTest, WhatComesWithoutAWaiterIsNotAskedForUntilThereIsOne) {
  descriptors_.keep(pair_.fd());
  descriptors_.wait(pair_.fd(), k_read, reader_);
  pair_.write_from_there();
  poll();
  EXPECT_TRUE(is_registered(pair_.fd()));
  poll();
  EXPECT_FALSE(is_registered(pair_.fd()));
  descriptors_.wait(pair_.fd(), k_read, reader_);
  poll();
  EXPECT_THAT(reader_.told(), ElementsAre("ready", "ready"));
}

TEST_F(DescriptorsTest, WhoWaitsForWhatIsReleasedIsTold) {
  descriptors_.keep(pair_.fd());
  descriptors_.wait(pair_.fd(), k_read, reader_);
  descriptors_.wait(pair_.fd(), k_write, writer_);
  descriptors_.release(pair_.fd());
  const std::string told = "descriptor " + std::to_string(pair_.fd()) +
                           " is waited for and will be closed";
  EXPECT_THAT(reader_.told(), ElementsAre(told));
  EXPECT_THAT(writer_.told(), ElementsAre(told));
  EXPECT_EQ(descriptors_.watched(), 0U);
  poll();
  EXPECT_EQ(reader_.told().size(), 1U);
}

TEST_F(DescriptorsTest, OneThatIsRemovedIsNotTold) {
  descriptors_.wait(pair_.fd(), k_read, reader_);
  descriptors_.remove(pair_.fd(), k_read, reader_);
  pair_.write_from_there();
  poll();
  EXPECT_THAT(reader_.told(), IsEmpty());
  EXPECT_EQ(descriptors_.watched(), 0U);
}

}  // namespace
}  // namespace asyncio
