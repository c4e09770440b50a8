// Something that happens: who goes on, and when. The names in the comments are
// those of CPython's test_locks.EventTests.
#include "06_tasks_futures/asyncio/sharing/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!Awaitable<Event&>);

class EventTest : public LoopTest {
 protected:
  Coroutine<> waits(std::string name) {
    const tests::Counted counted;
    co_await event_.wait();
    log_.push_back(name);
  }

  Event event_;
};

// test_clear
TEST_F(EventTest, IsNotSetAtFirstAndMayBeSetAndCleared) {
  EXPECT_FALSE(event_.is_set());
  event_.set();
  event_.set();
  EXPECT_TRUE(event_.is_set());
  event_.clear();
  EXPECT_FALSE(event_.is_set());
}

// test_wait
TEST_F(EventTest, LetsThoseWhoWaitGoOnInTheirOrderAfterWhoFindsItSet) {
  start(waits("1"));
  start(waits("2"));
  run_turns(1);
  EXPECT_THAT(log_, IsEmpty());
  start(waits("3"));
  event_.set();
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("3", "1", "2"));
}

// test_wait_on_set
TEST_F(EventTest, IsNotWaitedForIfItIsSet) {
  event_.set();
  start(waits("a"));
  loop().call_soon(note("later"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a", "later"));
}

// test_wait_cancel
TEST_F(EventTest, WhoIsCancelledDoesNotWaitAnyMore) {
  const Task<> task = start(waits("a"));
  loop().call_soon([&] { task.cancel(); });
  EXPECT_THROW(run(task), CancelledError);
  event_.set();
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(EventTest, WhoIsCancelledAfterItWasSetIsCancelled) {
  const Task<> task = start(waits("a"));
  start(waits("b"));
  run_turns(1);
  event_.set();
  task.cancel();
  run_turns(1);
  EXPECT_TRUE(task.cancelled());
  EXPECT_THAT(log_, ElementsAre("b"));
}

// test_clear_with_waiters
TEST_F(EventTest, LetsThoseWhoWaitGoOnEvenIfItIsClearedAtOnce) {
  const Task<> task = start(waits("a"));
  run_turns(1);
  event_.set();
  event_.clear();
  EXPECT_FALSE(event_.is_set());
  event_.set();
  event_.set();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("a"));
  EXPECT_TRUE(task.done());
}

TEST_F(EventTest, WhoComesAfterItWasClearedWaitsForTheNextTime) {
  start(waits("early"));
  run_turns(1);
  event_.set();
  event_.clear();
  start(waits("late"));
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("early"));
  event_.set();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("early", "late"));
}

TEST_F(EventTest, LeavesNobodyWhenTheLoopCloses) {
  collect_reports();
  start(waits("a"));
  start(waits("b"));
  run_turns(1);
  event_.set();
  close_loop();
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
