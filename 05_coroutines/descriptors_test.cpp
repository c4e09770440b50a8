// What it is to wait for a descriptor: to read, to write, both at once, and
// what comes of those that can't be waited for.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/select.h>

#include <memory>
#include <system_error>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "05_coroutines/event_loop_test.hpp"
#include "common/net/descriptor.hpp"
#include "common/testing/pair.hpp"

namespace coroutines {
namespace {

using selectors::k_event_read;
using selectors::k_event_write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Pair;

class DescriptorTest : public EventLoopTest {};

INSTANTIATE_TEST_SUITE_P(All, DescriptorTest, every_selector(), selector_of);

TEST_P(DescriptorTest, AReaderWaitsUntilThereIsSomethingToRead) {
  const Pair pair;
  add(reads(log_, "A", pair.fd()));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.write_from_there();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

TEST_P(DescriptorTest, AWriterWaitsUntilThereIsRoom) {
  const Pair pair;
  pair.fill();
  add(writes(log_, "A", pair.fd()));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.drain();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may write"));
}

TEST_P(DescriptorTest, AHangUpWakesWhoeverWaits) {
  Pair pair;
  pair.fill();
  add(reads(log_, "A", pair.fd()));
  add(writes(log_, "B", pair.fd()));
  turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair.there.close();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(DescriptorTest, AReaderAndAWriterMayWaitForTheSameDescriptor) {
  const Pair pair;
  const int fd = pair.fd();
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

TEST_P(DescriptorTest, BothAreWokenIfBothMayGoOn) {
  const Pair pair;
  pair.write_from_there();
  add(writes(log_, "B", pair.fd()));
  add(reads(log_, "A", pair.fd()));
  turns(2);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(DescriptorTest, ASecondReaderGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  const int fd = pair.fd();
  add(reads(log_, "first", fd));
  add(reads(log_, "second", fd));
  turns(3);
  EXPECT_THAT(log_, ElementsAre("second: RuntimeError: " + named(fd) +
                                " is already waited for"));
  pair.write_from_there();
  turns(2);
  EXPECT_EQ(log_.back(), "first may read");
}

TEST_P(DescriptorTest, ASecondWriterGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  pair.fill();
  add(writes(log_, "first", pair.fd()));
  add(writes(log_, "second", pair.fd()));
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

TEST_P(DescriptorTest, ANegativeDescriptorIsAValueErrorInWhoeverWaits) {
  const Pair pair;
  pair.write_from_there();
  run(reads_again_after_an_error(log_, -1, pair.fd()));
  EXPECT_THAT(log_,
              ElementsAre("bad: ValueError: descriptor -1: expected zero or "
                          "more",
                          "good may read"));
}

TEST_P(DescriptorTest, ManyWaitWithoutAWatchAndNothingStaysRegistered) {
  const Pair pair;
  for (int i = 0; i < 10; ++i) {
    pair.write_from_there();
    run(reads(log_, "A", pair.fd()));
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
    const int fd = pair.fd();
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
  const net::Descriptor high(::fcntl(pair.fd(), F_DUPFD_CLOEXEC, FD_SETSIZE));
  if (!high) GTEST_SKIP() << "the limit of descriptors is below FD_SETSIZE";
  Log log;
  const auto selector = selectors::select_selector();
  EventLoop loop(*selector);
  loop.run_until_complete(reads(log, "A", high.get()));
  EXPECT_THAT(log, ElementsAre(HasSubstr("select(2) holds those below 1024")));
}

TEST_P(DescriptorTest, ADescriptorsNumberMayBeUsedAgain) {
  int first = -1;
  for (int i = 0; i < 3; ++i) {
    const Pair pair;
    if (i == 0) first = pair.fd();
    EXPECT_EQ(pair.fd(), first);
    pair.write_from_there();
    run(reads(log_, "A", pair.fd()));
  }
  EXPECT_THAT(log_, SizeIs(3));
}

TEST_P(DescriptorTest, ManyDescriptorsAreServedAtOnce) {
  const std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) add(reads(log_, "A", pair.fd()));
  turns(2);
  EXPECT_THAT(selector_->get_map(), SizeIs(100));
  for (const Pair& pair : pairs) pair.write_from_there();
  turns(2);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

}  // namespace
}  // namespace coroutines
