// To wait until a descriptor is ready: one waits, nobody else does, and whoever
// is cancelled, or destroyed with the loop, leaves nothing registered.
#include "06_tasks_futures/asyncio/readiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::k_event_write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Pair;

// ---- readable, writable

class ReadinessTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, ReadinessTest, every_selector(), selector_of);

TEST_P(ReadinessTest, AReaderWaitsUntilThereIsSomethingToRead) {
  const Pair pair;
  start(reads(log_, "A", pair.fd()));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

TEST_P(ReadinessTest, AWriterWaitsUntilThereIsRoom) {
  const Pair pair;
  pair.fill();
  start(writes(log_, "A", pair.fd()));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may write"));
}

TEST_P(ReadinessTest, AHangUpWakesWhoeverWaits) {
  Pair pair;
  pair.fill();
  start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(ReadinessTest, AReaderAndAWriterMayWaitForTheSameDescriptor) {
  const Pair pair;
  const int fd = pair.fd();
  pair.fill();
  start(reads(log_, "A", fd));
  start(writes(log_, "B", fd));
  run_turns(1);
  EXPECT_EQ(registered().at(fd), k_event_read | k_event_write);
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B may write"));
  EXPECT_EQ(registered().at(fd), k_event_read);
  pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_P(ReadinessTest, ASecondReaderGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  const int fd = pair.fd();
  start(reads(log_, "first", fd));
  start(reads(log_, "second", fd));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("second: RuntimeError: " + named(fd) +
                                " is already waited for"));
  pair.write_from_there();
  run_turns(1);
  EXPECT_EQ(log_.back(), "first may read");
}

TEST_P(ReadinessTest, ASecondWriterGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  pair.fill();
  start(writes(log_, "first", pair.fd()));
  start(writes(log_, "second", pair.fd()));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("second: RuntimeError")));
  pair.drain();
  run_turns(1);
  EXPECT_EQ(log_.back(), "first may write");
}

Coroutine<> reads_again_after_an_error(Log& log, int bad, int good) {
  co_await reads(log, "bad", bad);
  co_await reads(log, "good", good);
}

TEST_P(ReadinessTest, ANegativeDescriptorIsAValueErrorInWhoeverWaits) {
  const Pair pair;
  pair.write_from_there();
  run(reads_again_after_an_error(log_, -1, pair.fd()));
  EXPECT_THAT(log_,
              ElementsAre("bad: ValueError: descriptor -1: expected zero or "
                          "more",
                          "good may read"));
}

TEST_P(ReadinessTest, ManyDescriptorsAreServedAtOnce) {
  const std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) start(reads(log_, "A", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(100));
  for (const Pair& pair : pairs) pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_THAT(registered(), IsEmpty());
}

Coroutine<> reads_twice(Log& log, const Pair& pair) {
  const Readiness ready = readable(pair.fd());
  for (int i = 0; i < 2; ++i) {
    pair.write_from_there();
    co_await Readiness(ready);
    pair.read_here();
    log.emplace_back("may read");
  }
}

TEST_P(ReadinessTest, AWaitMayBeCopiedBeforeItIsAwaited) {
  const Pair pair;
  run(reads_twice(log_, pair));
  EXPECT_THAT(log_, SizeIs(2));
}

// How each selector takes a descriptor that is closed differs, as chapter 3
// says: epoll refuses it, poll calls it ready.
Log wait_for_a_closed_one(std::unique_ptr<selectors::Selector> selector) {
  Log log;
  EventLoop loop(std::move(selector));
  Pair pair;
  const int fd = pair.fd();
  pair.here.close();
  loop.run_until_complete(reads(log, "A", fd));
  return log;
}

TEST(ClosedDescriptor, IsASystemErrorInWhoeverWaitsOnEpoll) {
  EXPECT_THAT(wait_for_a_closed_one(selectors::epoll_selector()),
              ElementsAre("A: system_error: epoll_ctl: Bad file descriptor"));
}

TEST(ClosedDescriptor, WakesWhoeverWaitsOnPoll) {
  EXPECT_THAT(wait_for_a_closed_one(selectors::poll_selector()),
              ElementsAre("A may read"));
}

TEST(VirtualTimeLoop, ServesRealDescriptorsAndWaitsForNoClock) {
  const Pair pair;
  Log log;
  EventLoop loop(virtual_time);
  const Task<> reader = loop.create_task(reads(log, "A", pair.fd()));
  loop.call_later(24h, [&] { pair.write_from_there(); });
  loop.run_until_complete(reader);
  EXPECT_THAT(log, ElementsAre("A may read"));
}

// ---- cancelled

class CancelledReadinessTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, CancelledReadinessTest, every_selector(),
                         selector_of);

TEST_P(CancelledReadinessTest, ItThrowsWhereItWaitsAndForgetsTheDescriptor) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(1));
  EXPECT_TRUE(reader.cancel("enough"));
  EXPECT_THAT(registered(), IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError: enough"));
  EXPECT_TRUE(reader.done());
}

TEST_P(CancelledReadinessTest, TheOtherEventIsStillWaitedFor) {
  const Pair pair;
  pair.fill();
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(1);
  reader.cancel();
  EXPECT_EQ(registered().at(pair.fd()), k_event_write);
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "B may write"));
}

TEST_P(CancelledReadinessTest, AnotherMayWaitInItsPlaceAtOnce) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel();
  start(reads(log_, "B", pair.fd()));
  pair.write_from_there();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "B may read"));
}

// What is ready may be cancelled until its turn comes.
TEST_P(CancelledReadinessTest, ItIsTooLateOnlyWhenItsTurnHasCome) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  pair.write_from_there();
  loop().call_soon([&] { EXPECT_TRUE(reader.cancel()); });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError"));
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_P(CancelledReadinessTest, ASecondTimeChangesNothing) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel("first");
  reader.cancel("second");
  EXPECT_EQ(reader.cancelling(), 2);
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError: first"));
}

Coroutine<> cancels_itself_and_reads(Log& log, int fd) {
  current_task()->cancel();
  co_await reads(log, "A", fd);
}

TEST_P(CancelledReadinessTest, WhoeverIsCancelledBeforeItWaitsDoesNotWait) {
  const Pair pair;
  run(cancels_itself_and_reads(log_, pair.fd()));
  EXPECT_THAT(log_, ElementsAre("A: CancelledError"));
  EXPECT_THAT(registered(), IsEmpty());
}

Coroutine<> reads_until_it_may(Log& log, int fd) {
  while (log.empty() || log.back() != "A may read") {
    co_await reads(log, "A", fd);
  }
}

TEST_P(CancelledReadinessTest, WhoeverCatchesItMayWaitAgain) {
  const Pair pair;
  const Task<> reader = start(reads_until_it_may(log_, pair.fd()));
  run_turns(1);
  reader.cancel();
  run_turns(1);
  EXPECT_FALSE(reader.done());
  pair.write_from_there();
  loop().run_until_complete(reader);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "A may read"));
}

// ---- the loop closes

class ClosingTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, ClosingTest, every_selector(), selector_of);

TEST_P(ClosingTest, WhoeverWaitsIsDestroyedAndNothingStaysRegistered) {
  const Pair pair;
  pair.fill();
  start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(1));
  loop().close();
  EXPECT_THAT(registered(), IsEmpty());
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(ClosingTest, WhoeverWasWokenIsDestroyedAsWell) {
  const Pair pair;
  start(reads(log_, "A", pair.fd()));
  run_turns(1);
  pair.write_from_there();
  loop().call_soon([] { throw KeyboardInterrupt(); });
  EXPECT_THROW(run_turns(1),
               KeyboardInterrupt);  // it was ready, and has not run
  loop().close();
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(ClosingTest, WhoeverWasCancelledIsDestroyedAsWell) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel();
  loop().close();
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
