// What coroutines may wait for, in which order they go on, and what becomes of
// errors: on each of the three selectors.
#include "05_coroutines/event_loop.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/select.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "common/net/descriptor.hpp"
#include "common/net/socket_pair.hpp"

namespace coroutines {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::k_event_write;
using selectors::KeyPointer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Log = std::vector<std::string>;

class CustomError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Counts the frames that hold one.
class Counted {
 public:
  Counted() { ++alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }

  static inline int alive = 0;
};

struct Pair : net::SocketPair {
  Pair() : SocketPair(SOCK_NONBLOCK) {}
  void write_from_there() const { ASSERT_EQ(::write(there.get(), "x", 1), 1); }
  void read_here() const {
    char c = 0;
    ASSERT_EQ(::read(here.get(), &c, 1), 1);
  }
  /// Until there is no room left for `here` to write.
  void fill() const {
    const std::array<char, 4096> bytes{};
    while (::write(here.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
  /// Until there is room again.
  void drain() const {
    std::array<char, 4096> bytes{};
    while (::read(there.get(), bytes.data(), bytes.size()) > 0) {
    }
  }
};

std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

std::string name_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const RuntimeError& error) {
    return std::string("RuntimeError: ") + error.what();
  } catch (const std::system_error& error) {
    return std::string("system_error: ") + error.what();
  } catch (const ValueError& error) {
    return std::string("ValueError: ") + error.what();
  } catch (const std::exception& error) {
    return error.what();
  }
}

Coroutine<> sleeps(Log& log, std::string name, std::chrono::nanoseconds time) {
  co_await sleep(time);
  log.push_back(std::move(name));
}

class EventLoopTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { Counted::alive = 0; }
  void TearDown() override {
    loop_.reset();
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_THAT(selector_->get_map(), IsEmpty());
  }

  template <typename T>
  T run(Coroutine<T> coroutine) {
    return loop_->run_until_complete(std::move(coroutine));
  }
  void add(Coroutine<> coroutine) { loop_->add(std::move(coroutine)); }

  /// Those who are ready run, and those whom they make ready.
  void turns(int n) {
    for (int i = 0; i < n; ++i) run(sleep(0ns));
  }

  int turns_while_somebody_sleeps() {
    Log woken;
    add(sleeps(woken, "woken", 20ms));
    int n = 0;
    for (; woken.empty(); ++n) loop_->run_once();
    return n;
  }

  std::unique_ptr<selectors::Selector> selector_ =
      selectors::selector_named(GetParam());
  std::optional<EventLoop> loop_{std::in_place, *selector_};
  Log log_;
};

INSTANTIATE_TEST_SUITE_P(All, EventLoopTest,
                         testing::Values("select", "poll", "epoll"),
                         [](const auto& parameter) {
                           return std::string(parameter.param);
                         });

// ---- run_until_complete

Coroutine<std::string> returns(std::string text) {
  co_await sleep(0ns);
  co_return text;
}

Coroutine<> tells(Log& log, std::string text) {
  log.push_back(std::move(text));
  co_return;
}

TEST_P(EventLoopTest, RunUntilCompleteGivesWhatMainReturns) {
  EXPECT_EQ(run(returns("result")), "result");
}

TEST_P(EventLoopTest, RunUntilCompleteNeedsNoValue) {
  run(tells(log_, "ran"));
  EXPECT_THAT(log_, ElementsAre("ran"));
}

Coroutine<std::unique_ptr<int>> returns_a_pointer() {
  co_return std::make_unique<int>(7);
}

TEST_P(EventLoopTest, RunUntilCompleteMovesTheResultOut) {
  EXPECT_EQ(*run(returns_a_pointer()), 7);
}

Coroutine<int> throws_after(std::chrono::nanoseconds duration) {
  co_await sleep(duration);
  throw CustomError("out of main");
}

TEST_P(EventLoopTest, RunUntilCompleteThrowsWhatMainThrows) {
  EXPECT_THROW(run(throws_after(0ns)), CustomError);
  EXPECT_EQ(run(returns("still runs")), "still runs");
}

Coroutine<> counts(Log& log, std::string name, int last) {
  const Counted counted;
  for (int i = 0; i < last; ++i) {
    log.push_back(name + std::to_string(i));
    co_await sleep(0ns);
  }
}

TEST_P(EventLoopTest, WhenMainHasEndedTheOthersStayAndGoOnAtTheNextCall) {
  add(counts(log_, "A", 3));
  run(tells(log_, "main"));
  EXPECT_THAT(log_, ElementsAre("A0", "main"));
  EXPECT_EQ(Counted::alive, 1);
  turns(4);
  EXPECT_THAT(log_, ElementsAre("A0", "main", "A1", "A2"));
}

TEST_P(EventLoopTest, AMainThatHasEndedAlreadyIsARuntimeError) {
  auto ended = tells(log_, "ran");
  ended.next();
  EXPECT_THROW(run(std::move(ended)), RuntimeError);
}

Coroutine<> runs_the_loop(EventLoop& loop, Log& log) {
  try {
    loop.run_once();
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
  auto another = tells(log, "never runs");
  try {
    loop.run_until_complete(std::move(another));
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
  co_return;
}

TEST_P(EventLoopTest, RunningItFromWithinIsARuntimeErrorAndItGoesOn) {
  add(counts(log_, "A", 1));
  testing::internal::CaptureStderr();
  run(runs_the_loop(*loop_, log_));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
            "awaited\n");
  turns(1);
  EXPECT_THAT(log_, ElementsAre("A0", "this event loop is already running",
                                "this event loop is already running"));
}

// ---- the order

TEST_P(EventLoopTest, ThoseWhoAreReadyGoRoundInOrder) {
  for (const char* name : {"A", "B", "C"}) add(counts(log_, name, 2));
  turns(4);
  EXPECT_THAT(log_, ElementsAre("A0", "B0", "C0", "A1", "B1", "C1"));
}

Coroutine<> adds_another(EventLoop& loop, Log& log) {
  loop.add(tells(log, "added"));
  log.emplace_back("goes on");
  co_await sleep(0ns);
  log.emplace_back("later");
}

TEST_P(EventLoopTest, WhatIsAddedWithinATurnStartsInTheNext) {
  add(adds_another(*loop_, log_));
  add(tells(log_, "the same turn"));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("goes on", "the same turn"));
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("goes on", "the same turn", "added", "later"));
}

Coroutine<> reads(Log& log, std::string name, int fd) {
  const Counted counted;
  try {
    co_await readable(fd);
    log.push_back(name + " may read");
  } catch (...) {
    log.push_back(name + ": " + name_of(std::current_exception()));
  }
}

Coroutine<> writes(Log& log, std::string name, int fd) {
  const Counted counted;
  try {
    co_await writable(fd);
    log.push_back(name + " may write");
  } catch (...) {
    log.push_back(name + ": " + name_of(std::current_exception()));
  }
}

Coroutine<> never_rests(const Log& log) {
  while (log.empty()) co_await sleep(0ns);
}

// The test ends only if the reader comes to its turn.
TEST_P(EventLoopTest, WhoeverNeverRestsDoesNotKeepDescriptorsWaiting) {
  const Pair pair;
  pair.write_from_there();
  add(reads(log_, "A", pair.here.get()));
  run(never_rests(log_));
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

// ---- times

Coroutine<> waits_until(Log& log, std::string name,
                        Wait::Clock::time_point time) {
  const Counted counted;
  co_await until(time);
  log.push_back(std::move(name));
}

TEST_P(EventLoopTest, TheShortestSleepEndsFirst) {
  const auto now = Wait::Clock::now();
  add(waits_until(log_, "3", now + 3ms));
  add(waits_until(log_, "1", now + 1ms));
  add(waits_until(log_, "2", now + 2ms));
  run(sleeps(log_, "4", 10ms));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4"));
}

TEST_P(EventLoopTest, ThoseWhoSleepUntilTheSameTimeKeepTheirOrder) {
  const auto soon = Wait::Clock::now() + 2ms;
  for (const char* name : {"1", "2", "3", "4", "5"}) {
    add(waits_until(log_, name, soon));
  }
  run(waits_until(log_, "6", soon));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3", "4", "5", "6"));
}

TEST_P(EventLoopTest, NobodyIsWokenBeforeTheTime) {
  for (const auto duration : {1'000ns, 1'234'567ns, 10'000'000ns}) {
    const auto begin = Wait::Clock::now();
    run(sleep(duration));
    EXPECT_GE(Wait::Clock::now() - begin, duration);
  }
}

TEST_P(EventLoopTest, SleepsRunAtTheSameTime) {
  const auto begin = Wait::Clock::now();
  for (int i = 0; i < 100; ++i) add(sleeps(log_, "slept", 20ms));
  run(sleep(20ms));
  turns(1);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_LT(Wait::Clock::now() - begin, 1s);
}

TEST_P(EventLoopTest, TheLongestSleepIsNotTheShortest) {
  add(sleeps(log_, "woken", std::chrono::nanoseconds::max()));
  add(waits_until(log_, "woken", Wait::Clock::time_point::max()));
  run(sleep(2ms));
  EXPECT_THAT(log_, IsEmpty());
}

// The test ends only if they are over at once.
TEST_P(EventLoopTest, ATimeLongAgoIsOverAtOnce) {
  run(sleep(-1s));
  run(sleep(std::chrono::nanoseconds::min()));
  run(waits_until(log_, "woken", Wait::Clock::time_point::min()));
  run(waits_until(log_, "woken", Wait::Clock::time_point()));
  EXPECT_THAT(log_, SizeIs(2));
}

// ---- descriptors

TEST_P(EventLoopTest, AReaderWaitsUntilThereIsSomethingToRead) {
  const Pair pair;
  add(reads(log_, "A", pair.here.get()));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.write_from_there();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

TEST_P(EventLoopTest, AWriterWaitsUntilThereIsRoom) {
  const Pair pair;
  pair.fill();
  add(writes(log_, "A", pair.here.get()));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.drain();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may write"));
}

TEST_P(EventLoopTest, AHangUpWakesWhoeverWaits) {
  Pair pair;
  pair.fill();
  add(reads(log_, "A", pair.here.get()));
  add(writes(log_, "B", pair.here.get()));
  turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair.there.close();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(EventLoopTest, AReaderAndAWriterMayWaitForTheSameDescriptor) {
  const Pair pair;
  const int fd = pair.here.get();
  pair.fill();
  add(reads(log_, "A", fd));
  add(writes(log_, "B", fd));
  turns(2);
  EXPECT_EQ(selector_->get_key(fd)->events, k_event_read | k_event_write);
  pair.drain();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("B may write"));
  EXPECT_EQ(selector_->get_key(fd)->events, k_event_read);
  pair.write_from_there();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
}

TEST_P(EventLoopTest, BothAreWokenIfBothMayGoOn) {
  const Pair pair;
  pair.write_from_there();
  add(writes(log_, "B", pair.here.get()));
  add(reads(log_, "A", pair.here.get()));
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(EventLoopTest, ASecondReaderGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  const int fd = pair.here.get();
  add(reads(log_, "first", fd));
  add(reads(log_, "second", fd));
  turns(3);
  EXPECT_THAT(log_, ElementsAre("second: RuntimeError: " + named(fd) +
                                " is already waited for"));
  pair.write_from_there();
  turns(2);
  EXPECT_EQ(log_.back(), "first may read");
}

TEST_P(EventLoopTest, ASecondWriterGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  pair.fill();
  add(writes(log_, "first", pair.here.get()));
  add(writes(log_, "second", pair.here.get()));
  turns(3);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("second: RuntimeError")));
  pair.drain();
  turns(2);
  EXPECT_EQ(log_.back(), "first may write");
}

Coroutine<> reads_again_after_an_error(Log& log, int bad, int good) {
  co_await reads(log, "bad", bad);
  co_await reads(log, "good", good);
}

TEST_P(EventLoopTest, ANegativeDescriptorIsAValueErrorInWhoeverWaits) {
  const Pair pair;
  pair.write_from_there();
  run(reads_again_after_an_error(log_, -1, pair.here.get()));
  EXPECT_THAT(log_,
              ElementsAre("bad: ValueError: descriptor -1: expected zero or "
                          "more",
                          "good may read"));
}

TEST_P(EventLoopTest, ManyWaitWithoutAWatchAndNothingStaysRegistered) {
  const Pair pair;
  for (int i = 0; i < 10; ++i) {
    pair.write_from_there();
    run(reads(log_, "A", pair.here.get()));
    EXPECT_THAT(selector_->get_map(), IsEmpty());
    pair.read_here();
  }
  EXPECT_THAT(log_, SizeIs(10));
}

// How each selector takes a descriptor that is closed differs, as chapter 3
// says: epoll refuses it, poll calls it ready.
class ClosedDescriptor : public testing::Test {
 protected:
  Log wait_on(std::unique_ptr<selectors::Selector> selector) {
    Pair pair;
    const int fd = pair.here.get();
    pair.here.close();
    EventLoop loop(*selector);
    loop.run_until_complete(reads(log_, "A", fd));
    return log_;
  }
  Log log_;
};

TEST_F(ClosedDescriptor, IsASystemErrorInWhoeverWaitsOnEpoll) {
  EXPECT_THAT(wait_on(selectors::epoll_selector()),
              ElementsAre("A: system_error: epoll_ctl: Bad file descriptor"));
}

TEST_F(ClosedDescriptor, WakesWhoeverWaitsOnPoll) {
  EXPECT_THAT(wait_on(selectors::poll_selector()), ElementsAre("A may read"));
}

TEST_F(ClosedDescriptor, IsTheLoopsOwnErrorOnSelect) {
  EXPECT_THROW(wait_on(selectors::select_selector()), std::system_error);
}

TEST(SelectLoop, ADescriptorThatIsTooHighIsAnErrorInWhoeverWaits) {
  const Pair pair;
  const net::Descriptor high(
      ::fcntl(pair.here.get(), F_DUPFD_CLOEXEC, FD_SETSIZE));
  if (!high) GTEST_SKIP() << "the limit of descriptors is below FD_SETSIZE";
  Log log;
  const auto selector = selectors::select_selector();
  EventLoop loop(*selector);
  loop.run_until_complete(reads(log, "A", high.get()));
  EXPECT_THAT(log, ElementsAre(HasSubstr("select(2) holds those below 1024")));
}

// ---- numbers that come again

TEST_P(EventLoopTest, ADescriptorsNumberMayBeUsedAgain) {
  int first = -1;
  for (int i = 0; i < 3; ++i) {
    const Pair pair;
    if (i == 0) first = pair.here.get();
    EXPECT_EQ(pair.here.get(), first);
    pair.write_from_there();
    run(reads(log_, "A", pair.here.get()));
  }
  EXPECT_THAT(log_, SizeIs(3));
}

TEST_P(EventLoopTest, AWatchedDescriptorsNumberMayBeUsedAgain) {
  int first = -1;
  for (int i = 0; i < 3; ++i) {
    const Pair pair;
    const EventLoop::Watch watch(*loop_, pair.here.get());
    if (i == 0) first = pair.here.get();
    EXPECT_EQ(pair.here.get(), first);
    EXPECT_THAT(selector_->get_map(), IsEmpty());
    pair.write_from_there();
    run(reads(log_, "A", pair.here.get()));
    EXPECT_THAT(selector_->get_map(), SizeIs(1));
  }
  EXPECT_THAT(log_, SizeIs(3));
}

// ---- Watch

TEST_P(EventLoopTest, AWatchKeepsOneRegistrationOverManyWaits) {
  const Pair pair;
  const int fd = pair.here.get();
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

TEST_P(EventLoopTest, WithoutAWatchEachWaitIsARegistration) {
  const Pair pair;
  std::set<KeyPointer> registrations;
  for (int i = 0; i < 10; ++i) {
    add(reads(log_, "A", pair.here.get()));
    loop_->run_once();
    registrations.insert(selector_->get_key(pair.here.get()));
    pair.write_from_there();
    loop_->run_once();
    pair.read_here();
  }
  EXPECT_THAT(registrations, SizeIs(10));
}

// Level-triggered: what nobody reads would come again at once, for ever.
TEST_P(EventLoopTest, AWatchDropsWhatNobodyWaitsForInsteadOfSpinning) {
  const Pair pair;
  const int fd = pair.here.get();
  const EventLoop::Watch watch(*loop_, fd);
  pair.write_from_there();
  run(reads(log_, "A", fd));  // and the byte stays where it is
  EXPECT_THAT(selector_->get_map(), SizeIs(1));
  EXPECT_LT(turns_while_somebody_sleeps(), 10);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  run(reads(log_, "B", fd));
  EXPECT_THAT(log_, ElementsAre("A may read", "B may read"));
}

TEST_P(EventLoopTest, AWatchDropsTheRoomThatNobodyWaitsForAndKeepsTheReader) {
  const Pair pair;
  const int fd = pair.here.get();
  const EventLoop::Watch watch(*loop_, fd);
  add(reads(log_, "A", fd));
  run(writes(log_, "B", fd));
  EXPECT_LT(turns_while_somebody_sleeps(), 10);
  EXPECT_EQ(selector_->get_key(fd)->events, k_event_read);
  pair.write_from_there();
  loop_->run_once();
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
}

TEST_P(EventLoopTest, AWatchForgetsTheDescriptorWhenItDies) {
  const Pair pair;
  pair.write_from_there();
  {
    const EventLoop::Watch watch(*loop_, pair.here.get());
    run(reads(log_, "A", pair.here.get()));
    EXPECT_THAT(selector_->get_map(), SizeIs(1));
  }
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  run(reads(log_, "B", pair.here.get()));  // as if there had been none
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(EventLoopTest, AWatchThatDiesWakesWhoeverWaitsWithARuntimeError) {
  const Pair pair;
  const int fd = pair.here.get();
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
  const EventLoop::Watch watch(loop, ours.here.get());
  co_await readable(bell.here.get());
}

// The usual case: one coroutine closes what another waits for.
TEST_P(EventLoopTest, AWatchMayDieInACoroutine) {
  const Pair pair;
  const Pair bell;
  add(watches_until_told(*loop_, pair, bell));
  add(reads(log_, "A", pair.here.get()));
  turns(2);
  bell.write_from_there();
  turns(3);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("will be closed")));
}

TEST_P(EventLoopTest, AWatchOfANegativeDescriptorIsAValueError) {
  EXPECT_THROW(const EventLoop::Watch watch(*loop_, -1), ValueError);
}

// ---- errors that nobody waits for

Coroutine<> fails(std::string text) {
  co_await sleep(0ns);
  throw CustomError(text);
}

Coroutine<> fails_oddly() {
  co_await sleep(0ns);
  throw 7;
}

TEST_P(EventLoopTest, WhatAnAddedOneThrowsIsToldAndTouchesNobodyElse) {
  add(counts(log_, "A", 3));
  add(fails("broken"));
  add(fails_oddly());
  add(counts(log_, "B", 3));
  testing::internal::CaptureStderr();
  turns(5);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Task exception was never retrieved: broken\n"
            "Task exception was never retrieved: not a std::exception\n");
  EXPECT_THAT(log_, ElementsAre("A0", "B0", "A1", "B1", "A2", "B2"));
}

Coroutine<> waits_for_a_bad_one() {
  co_await readable(-1);
}

TEST_P(EventLoopTest, AnErrorOfAWaitThatNobodyCatchesIsToldToo) {
  add(waits_for_a_bad_one());
  testing::internal::CaptureStderr();
  turns(3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "Task exception was never retrieved: descriptor -1: expected zero "
            "or more\n");
}

// ---- the end of the loop

Coroutine<> watches(EventLoop& loop, Log& log, int fd) {
  const Counted counted;
  const EventLoop::Watch watch(loop, fd);
  co_await reads(log, "watched", fd);
}

TEST_P(EventLoopTest, ItsEndDestroysWhoeverWaitsSleepsOrIsReady) {
  const Pair pair;
  const Pair watched;
  pair.fill();
  add(reads(log_, "A", pair.here.get()));
  add(writes(log_, "B", pair.here.get()));
  add(waits_until(log_, "C", Wait::Clock::now() + 1h));
  add(counts(log_, "D", 9));
  add(watches(*loop_, log_, watched.here.get()));
  turns(3);
  log_.clear();
  EXPECT_EQ(Counted::alive, 6);
  testing::internal::CaptureStderr();
  loop_.reset();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());  // nothing was thrown into them
}

TEST_P(EventLoopTest, ItsEndTellsOfThoseThatNeverStarted) {
  add(counts(log_, "A", 1));
  add(tells(log_, "never"));
  testing::internal::CaptureStderr();
  loop_.reset();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "event_loop_test.cpp: RuntimeWarning: coroutine 'counts' was never "
            "awaited\n"
            "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
            "awaited\n");
}

/// Has something done when it dies, as a guard would.
class AddsAtItsEnd {
 public:
  AddsAtItsEnd(EventLoop& loop, Log& log) : loop_(loop), log_(log) {}
  AddsAtItsEnd(const AddsAtItsEnd&) = delete;
  AddsAtItsEnd& operator=(const AddsAtItsEnd&) = delete;
  ~AddsAtItsEnd() { loop_.add(tells(log_, "too late")); }

 private:
  EventLoop& loop_;
  Log& log_;
};

Coroutine<> adds_at_its_end(EventLoop& loop, Log& log, Wait wait) {
  const AddsAtItsEnd guard(loop, log);
  co_await wait;
}

TEST_P(EventLoopTest, WhatIsAddedDuringItsEndIsDestroyedAsWell) {
  const Wait sleeping = until(Wait::Clock::now() + 1h);
  const Wait failing = readable(-1);  // ready again, with the error
  for (const Wait& wait : {sleeping, failing, sleeping}) {
    add(adds_at_its_end(*loop_, log_, wait));
  }
  loop_->run_once();
  testing::internal::CaptureStderr();
  loop_.reset();
  const std::string warning =
      "event_loop_test.cpp: RuntimeWarning: coroutine 'tells' was never "
      "awaited\n";
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            warning + warning + warning);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(EventLoopTest, AnotherLoopMayUseTheSelectorAfterIt) {
  const Pair pair;
  add(reads(log_, "A", pair.here.get()));
  turns(2);
  loop_.emplace(*selector_);
  pair.write_from_there();
  run(reads(log_, "B", pair.here.get()));
  EXPECT_THAT(log_, ElementsAre("B may read"));
}

// ---- many

TEST_P(EventLoopTest, TenThousandAreReadyAtOnce) {
  constexpr std::size_t k_many = 10'000;
  std::vector<std::string> expected;
  for (const char* turn : {"0", "1", "2"}) {
    for (std::size_t i = 0; i < k_many; ++i) {
      expected.push_back(std::to_string(i) + "/" + turn);
    }
  }
  for (std::size_t i = 0; i < k_many; ++i) {
    add(counts(log_, std::to_string(i) + "/", 3));
  }
  EXPECT_EQ(Counted::alive, 0);
  while (log_.size() < expected.size()) loop_->run_once();
  EXPECT_EQ(log_, expected);
}

TEST_P(EventLoopTest, TenThousandSleepAtOnce) {
  constexpr int k_many = 10'000;
  const auto soon = Wait::Clock::now() + 5ms;
  for (int i = 0; i < k_many; ++i) {
    add(waits_until(log_, std::to_string(i),
                    soon - std::chrono::microseconds(i % 100)));
  }
  loop_->run_once();
  EXPECT_EQ(Counted::alive, k_many);
  while (log_.size() < k_many) loop_->run_once();
  turns(1);
  EXPECT_EQ(Counted::alive, 0);
}

TEST_P(EventLoopTest, ManyDescriptorsAreServedAtOnce) {
  const std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) add(reads(log_, "A", pair.here.get()));
  turns(2);
  EXPECT_THAT(selector_->get_map(), SizeIs(100));
  for (const Pair& pair : pairs) pair.write_from_there();
  turns(2);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

}  // namespace
}  // namespace coroutines
