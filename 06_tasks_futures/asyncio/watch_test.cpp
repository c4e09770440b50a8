// A Watch keeps its descriptor registered between two waits, drops what nobody
// waits for, and tells whoever waits when it dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;
using tests::Pair;

class WatchTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, WatchTest, every_selector(), selector_of);

// Whatever a test does in the time of a watch is a task's doing: a watch is
// made in the loop that runs.

Coroutine<> reads_ten_times(Log& log, const Pair& pair) {
  const Watch watch(pair.fd());
  for (int i = 0; i < 10; ++i) {
    pair.write_from_there();
    co_await reads(log, "A", pair.fd());
    pair.read_here();
  }
}

TEST_P(WatchTest, AWatchKeepsOneRegistrationOverManyWaits) {
  const Pair pair;
  run(reads_ten_times(log_, pair));
  EXPECT_THAT(log_, SizeIs(10));
  EXPECT_EQ(times_registered(pair.fd()), 1);
}

TEST_P(WatchTest, WithoutAWatchEachWaitIsARegistration) {
  const Pair pair;
  for (int i = 0; i < 10; ++i) {
    start(reads(log_, "A", pair.fd()));
    run_turns(1);
    pair.write_from_there();
    run_turns(1);
    EXPECT_THAT(registered(), IsEmpty());
    pair.read_here();
  }
  EXPECT_EQ(times_registered(pair.fd()), 10);
}

/// Watches `fd` until `bell` may be read.
Coroutine<> watches(int fd, int bell) {
  const tests::Counted counted;
  const Watch watch(fd);
  co_await readable(bell);
}

// Level-triggered: what nobody reads would come again at once, for ever.
TEST_P(WatchTest, AWatchDropsWhatNobodyWaitsForInsteadOfSpinning) {
  const Pair pair;
  const Pair bell;
  pair.write_from_there();
  start(watches(pair.fd(), bell.fd()));
  start(reads(log_, "A", pair.fd()));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read"));
  EXPECT_THAT(registered(), Contains(Key(pair.fd())));
  run_turns(1);  // the byte is still there
  EXPECT_THAT(registered(), Not(Contains(Key(pair.fd()))));
  run(reads(log_, "B", pair.fd()));
  EXPECT_THAT(log_, ElementsAre("A may read", "B may read"));
}

TEST_P(WatchTest, AWatchDropsTheRoomThatNobodyWaitsForAndKeepsTheReader) {
  const Pair pair;
  const Pair bell;
  const int fd = pair.fd();
  start(watches(fd, bell.fd()));
  start(reads(log_, "A", fd));
  run(writes(log_, "B", fd));
  run_turns(1);
  EXPECT_EQ(registered().at(fd), k_event_read);
  pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
}

Coroutine<> watches_and_reads(Log& log, int fd) {
  const Watch watch(fd);
  co_await reads(log, "A", fd);
}

TEST_P(WatchTest, AWatchForgetsTheDescriptorWhenItDies) {
  const Pair pair;
  pair.write_from_there();
  run(watches_and_reads(log_, pair.fd()));
  EXPECT_THAT(registered(), IsEmpty());
  run(reads(log_, "B", pair.fd()));  // as if there had been none
  EXPECT_THAT(registered(), IsEmpty());
  EXPECT_THAT(log_, SizeIs(2));
}

// The usual case: one task closes what another waits for.
TEST_P(WatchTest, AWatchThatDiesWakesWhoeverWaitsWithARuntimeError) {
  const Pair pair;
  const Pair bell;
  const int fd = pair.fd();
  pair.fill();
  start(watches(fd, bell.fd()));
  start(reads(log_, "A", fd));
  start(writes(log_, "B", fd));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  bell.write_from_there();
  run_turns(2);
  const std::string why =
      ": RuntimeError: " + named(fd) + " is waited for and will be closed";
  EXPECT_THAT(log_, ElementsAre("A" + why, "B" + why));
}

TEST_P(WatchTest, ACancelledWaitLeavesTheRegistrationToItsWatch) {
  const Pair pair;
  const Pair bell;
  start(watches(pair.fd(), bell.fd()));
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(2);
  reader.cancel();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError"));
  EXPECT_THAT(registered(), Contains(Key(pair.fd())));
  pair.write_from_there();
  run(reads(log_, "B", pair.fd()));
  EXPECT_EQ(log_.back(), "B may read");
}

TEST_P(WatchTest, AWatchDiesWithItsFrameWhenTheLoopCloses) {
  const Pair pair;
  const Pair bell;
  start(watches(pair.fd(), bell.fd()));
  start(reads(log_, "A", pair.fd()));
  run_turns(2);
  loop().close();
  EXPECT_THAT(registered(), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());
}

Coroutine<> watches_badly(Log& log) {
  try {
    const Watch watch(-1);
  } catch (...) {
    log.push_back(named(std::current_exception()));
  }
  co_return;
}

TEST_P(WatchTest, AWatchOfANegativeDescriptorIsAValueError) {
  run(watches_badly(log_));
  EXPECT_THAT(log_,
              ElementsAre("ValueError: descriptor -1: expected zero or more"));
}

TEST_P(WatchTest, AWatchOutsideOfALoopIsARuntimeError) {
  EXPECT_THROW(const Watch watch(0), RuntimeError);
}

TEST_P(WatchTest, AWatchedDescriptorsNumberMayBeUsedAgain) {
  int first = -1;
  for (int i = 0; i < 3; ++i) {
    const Pair pair;
    if (i == 0) first = pair.fd();
    EXPECT_EQ(pair.fd(), first);
    pair.write_from_there();
    run(watches_and_reads(log_, pair.fd()));
    EXPECT_THAT(registered(), IsEmpty());
  }
  EXPECT_THAT(log_, SizeIs(3));
}

}  // namespace
}  // namespace asyncio
