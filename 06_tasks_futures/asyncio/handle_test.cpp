// Callbacks that are scheduled: in which order they run, and what cancelling
// them does, wherever they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Counted;

class HandleTest : public LoopTest {};

TEST_F(HandleTest, ACallbackIsCalledOnceInTheNextTurn) {
  loop().call_soon(note("a"));
  EXPECT_THAT(log_, IsEmpty());
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("a"));
}

// test_process_events_read_cancelled, test__add_callback_cancelled_handle
TEST_F(HandleTest, ACancelledCallbackIsNeverCalled) {
  const Handle handle = loop().call_soon(note("a"));
  EXPECT_FALSE(handle.cancelled());
  handle.cancel();
  EXPECT_TRUE(handle.cancelled());
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(HandleTest, ACallbackMayBeCancelledByOneOfItsTurn) {
  std::optional<Handle> second;
  loop().call_soon([&] { second->cancel(); });
  second = loop().call_soon(note("second"));
  loop().call_soon(note("third"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("third"));
}

TEST_F(HandleTest, ToCancelACallbackThatRunsOrHasRunDoesNothing) {
  std::optional<Handle> handle;
  handle = loop().call_soon([&, counted = Counted()] {
    handle->cancel();
    EXPECT_GT(Counted::alive, 0);
    log_.emplace_back("a");
  });
  run_turns(1);
  handle->cancel();
  run_turns(1);
  EXPECT_TRUE(handle->cancelled());
  EXPECT_THAT(log_, ElementsAre("a"));
}

TEST_F(HandleTest, ToLetTheHandleGoCancelsNothing) {
  {
    const Handle handle = loop().call_soon(note("a"));
  }
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
}

TEST_F(HandleTest, ACallbackIsLetGoAtOnceWhenItIsCancelled) {
  const Handle handle = loop().call_soon([counted = Counted()] {});
  EXPECT_EQ(Counted::alive, 1);
  handle.cancel();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(HandleTest, ACallbackIsLetGoWhenItHasRunThoughItsHandleIsKept) {
  const Handle handle = loop().call_soon([counted = Counted()] {});
  run_turns(1);
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(handle.cancelled());
}

TEST_F(HandleTest, ACallbackMayBeMoveOnly) {
  loop().call_soon([this, text = std::make_unique<std::string>("moved")] {
    log_.push_back(*text);
  });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("moved"));
}

TEST_F(HandleTest, ACallbackIsMovedAndNeverCopied) {
  loop().call_soon([counted = Counted()] {});
  loop().call_later(1s, [counted = Counted()] {});
  run_turns(2);
  EXPECT_EQ(Counted::copies, 0);
}

TEST_F(HandleTest, AHandleMayBeCancelledAfterItsLoopHasClosed) {
  const Handle soon = loop().call_soon([counted = Counted()] {});
  const TimerHandle later = loop().call_later(1s, [counted = Counted()] {});
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
  soon.cancel();
  later.cancel();
  EXPECT_TRUE(later.cancelled());
}

TEST_F(HandleTest, AHandleMayOutliveItsLoop) {
  const Handle soon = loop().call_soon([counted = Counted()] {});
  const TimerHandle later = loop().call_later(1s, [counted = Counted()] {});
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(soon.cancelled());
  EXPECT_FALSE(later.cancelled());
}

// ---- timers

TEST_F(HandleTest, ATimerSaysWhenItIsDue) {
  const TimePoint now = loop().time();
  EXPECT_EQ(loop().call_later(10s, [] {}).when(), now + 10s);
  EXPECT_EQ(loop().call_at(now + 3s, [] {}).when(), now + 3s);
}

// test__run_once: it is the second timer for which the loop waits.
TEST_F(HandleTest, NobodyWaitsForATimerThatWasCancelled) {
  const TimePoint start = loop().time();
  loop().call_later(5s, note("5")).cancel();
  loop().call_later(10s, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_EQ(loop().time() - start, 10s);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(HandleTest, ATimerMayBeCancelledTwiceAndAfterItHasRun) {
  const TimerHandle handle = loop().call_later(1s, note("a"));
  const TimerHandle cancelled = loop().call_later(1s, note("b"));
  cancelled.cancel();
  cancelled.cancel();
  loop().call_later(2s, [this] { loop().stop(); });
  loop().run_forever();
  handle.cancel();
  EXPECT_THAT(log_, ElementsAre("a"));
}

TEST_F(HandleTest, ATimerMayCancelItselfAndTheNextOfItsTime) {
  std::optional<TimerHandle> first;
  std::optional<TimerHandle> second;
  first = loop().call_later(1s, [&, counted = Counted()] {
    first->cancel();
    second->cancel();
    log_.emplace_back("first");
  });
  second = loop().call_later(
      1s, [this, counted = Counted()] { log_.emplace_back("second"); });
  loop().call_later(1s, [this] { loop().stop(); });
  loop().run_forever();
  EXPECT_THAT(log_, ElementsAre("first"));
}

TEST_F(HandleTest, ATimerThatIsDueMayBeCancelledBeforeItsTurn) {
  const TimerHandle due = loop().call_later(-1s, note("due"));
  loop().call_soon([&] { due.cancel(); });
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

/// Held by its own timer's callback, and by nobody else.
struct HoldsItsTimer {
  std::optional<TimerHandle> timer;
  Counted counted;
};

TEST_F(HandleTest, ATimerMayBeCancelledThatItsOwnCallbackHolds) {
  const auto holder = std::make_unique<std::weak_ptr<HoldsItsTimer>>();
  {
    const auto held = std::make_shared<HoldsItsTimer>();
    held->timer = loop().call_later(1s, [held] {});
    *holder = held;
  }
  HoldsItsTimer* const held = holder->lock().get();
  held->timer->cancel();
  EXPECT_TRUE(holder->expired());
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(HandleTest, ATimersCallbackIsLetGoWhenItIsCancelled) {
  const TimerHandle handle = loop().call_later(1s, [counted = Counted()] {});
  handle.cancel();
  EXPECT_EQ(Counted::alive, 0);
}

/// Any number of timers: made, cancelled and due in any order.
class ManyTimers : public testing::TestWithParam<unsigned> {};

TEST_P(ManyTimers, RunByTimeAndOfOneTimeInTheOrderOfTheirMaking) {
  std::mt19937 random(GetParam());
  EventLoop loop(virtual_time);
  std::vector<std::pair<TimePoint, int>> expected;
  std::vector<std::pair<TimePoint, int>> run;
  std::vector<std::pair<TimerHandle, std::size_t>> handles;
  for (int i = 0; i < 500; ++i) {
    const TimePoint when = loop.time() + std::chrono::seconds(random() % 50);
    handles.emplace_back(
        loop.call_at(when, [&, i] { run.emplace_back(loop.time(), i); }), i);
    if (random() % 3 == 0) {
      handles[random() % handles.size()].first.cancel();
    }
  }
  for (const auto& [handle, i] : handles) {
    if (handle.cancelled()) continue;
    expected.emplace_back(handle.when(), static_cast<int>(i));
  }
  std::sort(expected.begin(), expected.end());
  loop.call_later(100s, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_EQ(run, expected);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ManyTimers, testing::Range(0U, 20U));

}  // namespace
}  // namespace asyncio
