// A Watch keeps its descriptor registered between two waits, drops what nobody
// waits for, and tells whoever waits when it dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/event_loop_test.hpp"
#include "common/testing/pair.hpp"

namespace coroutines {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::KeyPointer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Pair;

Coroutine<> writes_down_after(Log& log, std::chrono::nanoseconds duration) {
  co_await sleep(duration);
  log.emplace_back("woken");
}

class WatchTest : public EventLoopTest {
 protected:
  int turns_while_somebody_sleeps() {
    Log woken;
    add(writes_down_after(woken, 20ms));
    int n = 0;
    for (; woken.empty(); ++n) loop_->run_once();
    return n;
  }

  [[nodiscard]] std::vector<int> watched() const {
    auto all = loop_->watched();
    return {all.begin(), all.end()};
  }
};

INSTANTIATE_TEST_SUITE_P(All, WatchTest, every_selector(), selector_of);

TEST_P(WatchTest, AWatchKeepsOneRegistrationOverManyWaits) {
  const Pair pair;
  const int fd = pair.fd();
  const EventLoop::Watch watch(*loop_, fd);
  KeyPointer registration;
  for (int i = 0; i < 10; ++i) {
    add(reads(log_, "A", fd));
    loop_->run_once();
    const KeyPointer key = selector_->get_key(fd);
    if (i == 0) registration = key;
    EXPECT_EQ(key, registration);
    pair.write_from_there();
    loop_->run_once();
    EXPECT_EQ(selector_->get_key(fd), registration);
    pair.read_here();
  }
  EXPECT_THAT(log_, SizeIs(10));
}

TEST_P(WatchTest, WithoutAWatchEachWaitIsARegistration) {
  const Pair pair;
  std::set<KeyPointer> registrations;
  for (int i = 0; i < 10; ++i) {
    add(reads(log_, "A", pair.fd()));
    loop_->run_once();
    registrations.insert(selector_->get_key(pair.fd()));
    pair.write_from_there();
    loop_->run_once();
    pair.read_here();
  }
  EXPECT_THAT(registrations, SizeIs(10));
}

// Level-triggered: what nobody reads would come again at once, for ever.
TEST_P(WatchTest, AWatchDropsWhatNobodyWaitsForInsteadOfSpinning) {
  const Pair pair;
  const int fd = pair.fd();
  const EventLoop::Watch watch(*loop_, fd);
  pair.write_from_there();
  run(reads(log_, "A", fd));  // and the byte stays where it is
  EXPECT_THAT(selector_->get_map(), SizeIs(1));
  EXPECT_LT(turns_while_somebody_sleeps(), 10);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  run(reads(log_, "B", fd));
  EXPECT_THAT(log_, ElementsAre("A may read", "B may read"));
}

TEST_P(WatchTest, AWatchDropsTheRoomThatNobodyWaitsForAndKeepsTheReader) {
  const Pair pair;
  const int fd = pair.fd();
  const EventLoop::Watch watch(*loop_, fd);
  add(reads(log_, "A", fd));
  run(writes(log_, "B", fd));
  EXPECT_LT(turns_while_somebody_sleeps(), 10);
  EXPECT_EQ(selector_->get_key(fd)->events, k_event_read);
  pair.write_from_there();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
}

TEST_P(WatchTest, AWatchForgetsTheDescriptorWhenItDies) {
  const Pair pair;
  pair.write_from_there();
  {
    const EventLoop::Watch watch(*loop_, pair.fd());
    run(reads(log_, "A", pair.fd()));
    EXPECT_THAT(selector_->get_map(), SizeIs(1));
  }
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  run(reads(log_, "B", pair.fd()));  // as if there had been none
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(WatchTest, AWatchThatDiesWakesWhoeverWaitsWithARuntimeError) {
  const Pair pair;
  const int fd = pair.fd();
  pair.fill();
  {
    const EventLoop::Watch watch(*loop_, fd);
    add(reads(log_, "A", fd));
    add(writes(log_, "B", fd));
    turns(2);
    EXPECT_THAT(log_, IsEmpty());
  }
  turns(1);
  const std::string why =
      ": RuntimeError: " + named(fd) + " is waited for and will be closed";
  EXPECT_THAT(log_, ElementsAre("A" + why, "B" + why));
}

Coroutine<> watches_until_told(EventLoop& loop, const Pair& ours,
                               const Pair& bell) {
  const EventLoop::Watch watch(loop, ours.fd());
  co_await readable(bell.fd());
}

// The usual case: one coroutine closes what another waits for.
TEST_P(WatchTest, AWatchMayDieInACoroutine) {
  const Pair pair;
  const Pair bell;
  add(watches_until_told(*loop_, pair, bell));
  add(reads(log_, "A", pair.fd()));
  turns(2);
  bell.write_from_there();
  turns(3);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("will be closed")));
}

TEST_P(WatchTest, TheLoopNamesWhatIsWatchedFromTheLowestOn) {
  const Pair first;
  const Pair second;
  const EventLoop::Watch later(*loop_, second.fd());
  {
    const EventLoop::Watch watch(*loop_, first.fd());
    EXPECT_THAT(watched(), ElementsAre(first.fd(), second.fd()));
  }
  EXPECT_THAT(watched(), ElementsAre(second.fd()));
}

TEST_P(WatchTest, AWatchOfANegativeDescriptorIsAValueError) {
  EXPECT_THROW(const EventLoop::Watch watch(*loop_, -1), ValueError);
}

TEST_P(WatchTest, AWatchedDescriptorsNumberMayBeUsedAgain) {
  int first = -1;
  for (int i = 0; i < 3; ++i) {
    const Pair pair;
    const EventLoop::Watch watch(*loop_, pair.fd());
    if (i == 0) first = pair.fd();
    EXPECT_EQ(pair.fd(), first);
    EXPECT_THAT(selector_->get_map(), IsEmpty());
    pair.write_from_there();
    run(reads(log_, "A", pair.fd()));
    EXPECT_THAT(selector_->get_map(), SizeIs(1));
  }
  EXPECT_THAT(log_, SizeIs(3));
}

}  // namespace
}  // namespace coroutines
