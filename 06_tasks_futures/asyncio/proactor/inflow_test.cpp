// What comes on a connection: it is received ahead, in order, and no more of it
// than a chunk.
#include "06_tasks_futures/asyncio/proactor/inflow.hpp"

#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/proactor_test.hpp"
#include "common/contract/random_stream.hpp"
#include "common/testing/open_descriptors.hpp"
#include "common/testing/pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using net::Chunk;
using tests::Pair;
using tests::say;
using tests::text_of;
using uring::Buffers;

/// Both kinds: one request for many receives, and one for each.
class InflowTest : public ProactorTest,
                   public testing::WithParamInterface<bool> {
 protected:
  using Pointer = std::unique_ptr<Inflow, SocketRequest::Leave>;

  void SetUp() override {
    ProactorTest::SetUp();
    if (IsSkipped() || !GetParam() || has_limited_receive()) return;
    GTEST_SKIP() << "this kernel cannot limit a multishot receive (Linux 6.17)";
  }

  Pointer inflow_of(const Pair& pair) {
    return Pointer(new Inflow(proactor(), pair.fd(), GetParam()));
  }

  std::string take_text(Inflow& inflow) { return text_of(take(inflow).chunk); }
};

INSTANTIATE_TEST_SUITE_P(All, InflowTest, testing::Values(true, false),
                         [](const auto& parameter) {
                           return parameter.param ? "multishot" : "single";
                         });

TEST_P(InflowTest, GivesWhatComesToWhoeverWaits) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  Waiting waiting;
  inflow->wait(waiting);
  settle();
  EXPECT_EQ(waiting.ready, 0);
  EXPECT_FALSE(inflow->take());
  say(pair.there, "hello");
  turn_until([&] { return waiting.ready != 0; });
  EXPECT_FALSE(inflow->is_waited_for());
  EXPECT_EQ(take_text(*inflow), "hello");
}

TEST_P(InflowTest, GivesWhatIsThereAlready) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  for (const std::string text : {"one", "two", "three"}) {
    say(pair.there, text);
    EXPECT_EQ(take_text(*inflow), text);
  }
}

TEST_P(InflowTest, ReceivesNothingBeforeSomebodyHasAsked) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  say(pair.there, "hello");
  settle();
  EXPECT_FALSE(inflow->take());
}

TEST_P(InflowTest, AReceiveThatIsStoppedHasTakenNothing) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  Waiting stopped;
  inflow->wait(stopped);
  settle();
  inflow->stop_waiting(stopped);
  say(pair.there, "hello");
  settle();
  EXPECT_EQ(stopped.ready, 0);
  EXPECT_EQ(take_text(*inflow), "hello");
}

TEST_P(InflowTest, OneThatIsToldAndStopsHasTakenNothing) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  Waiting stopped;
  inflow->wait(stopped);
  say(pair.there, "hello");
  turn_until([&] { return stopped.ready != 0; });
  inflow->stop_waiting(stopped);
  say(pair.there, " again");
  settle();
  const std::string text = take_text(*inflow);
  EXPECT_EQ(text, GetParam() ? "hello again" : "hello");
}

TEST_P(InflowTest, AReceiveMayBeStoppedBeforeTheKernelHasGotIt) {
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  Waiting stopped;
  inflow->wait(stopped);
  inflow->stop_waiting(stopped);
  say(pair.there, "hello");
  EXPECT_EQ(take_text(*inflow), "hello");
  EXPECT_EQ(stopped.ready, 0);
}

TEST_P(InflowTest, WhatComesWhileNobodyWaitsIsAtMostAChunk) {
  constexpr std::size_t k_much = 150'000;
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  say(pair.there, "!");
  EXPECT_EQ(take_text(*inflow), "!");
  const std::string sent = contract::RandomStream(1).next(k_much);
  ASSERT_EQ(::write(pair.there.get(), sent.data(), k_much), k_much);
  settle();
  int left = 0;
  ASSERT_EQ(::ioctl(pair.fd(), FIONREAD, &left), 0);
  EXPECT_GE(static_cast<std::size_t>(left), k_much - Chunk::k_capacity);
  std::string received;
  while (received.size() < k_much) received += take_text(*inflow);
  EXPECT_EQ(received, sent);
}

TEST_P(InflowTest, HoweverItComesItIsNoMoreThanAChunk) {
  const std::string piece = contract::RandomStream(4).next(31'000);
  for (const std::size_t first : {1U, 31'000U}) {
    const Pair pair;
    const Pointer inflow = inflow_of(pair);
    Waiting waiting;
    inflow->wait(waiting);
    say(pair.there, piece.substr(0, first));
    settle();
    std::string sent = piece.substr(0, first);
    for (int i = 0; i < 4; ++i) {
      say(pair.there, piece);
      sent += piece;
      settle();
    }
    std::string received;
    while (received.size() < sent.size()) {
      const std::string some = take_text(*inflow);
      EXPECT_LE(some.size(), Chunk::k_capacity);
      received += some;
    }
    EXPECT_EQ(received, sent);
  }
}

TEST_P(InflowTest, SmallPiecesThatNobodyWaitsForShareAChunk) {
  if (!GetParam()) return;  // one piece is all that it receives ahead
  const Pair pair;
  const Pointer inflow = inflow_of(pair);
  say(pair.there, "!");
  EXPECT_EQ(take_text(*inflow), "!");
  const std::string sent = contract::RandomStream(2).next(1'000);
  for (const char c : sent) {
    say(pair.there, std::string(1, c));
    settle();
  }
  const auto received = inflow->take();
  ASSERT_TRUE(received);
  EXPECT_EQ(text_of(received->chunk), sent);
}

TEST_P(InflowTest, TheEndComesBehindTheLastBytesAndAgain) {
  Pair pair;
  const Pointer inflow = inflow_of(pair);
  say(pair.there, "!");
  EXPECT_EQ(take_text(*inflow), "!");
  say(pair.there, "last");
  pair.there.close();
  settle();
  EXPECT_EQ(take_text(*inflow), "last");
  for (int i = 0; i < 3; ++i) {
    const Inflow::Taken received = take(*inflow);
    EXPECT_FALSE(received.chunk);
    EXPECT_EQ(received.error, 0);
  }
}

TEST_P(InflowTest, AnErrorIsTold) {
  Pair pair;
  const Pointer inflow = inflow_of(pair);
  ASSERT_EQ(::write(pair.fd(), "unread", 6), 6);
  pair.there.close();
  EXPECT_EQ(take(*inflow).error, ECONNRESET);
  EXPECT_EQ(take(*inflow).error, 0);
}

TEST_P(InflowTest, AShortageOfBuffersIsMadeUpFor) {
  const std::vector<Pair> pairs(2 * Buffers::k_few);
  std::vector<Pointer> inflows;
  for (const Pair& pair : pairs) inflows.push_back(inflow_of(pair));
  std::vector<Waiting> all(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) inflows[i]->wait(all[i]);
  settle();
  for (const Pair& pair : pairs) pair.write_from_there();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    turn_until([&] { return all[i].ready != 0; });
    EXPECT_EQ(take_text(*inflows[i]), "x");
  }
}

TEST_P(InflowTest, MayBeLeftWhileItIsUnderWay) {
  const Pair pair;
  Waiting waiting;
  Pointer inflow = inflow_of(pair);
  inflow->wait(waiting);
  settle();
  EXPECT_EQ(proactor().under_way(), 1U);
  inflow.reset();
  EXPECT_EQ(waiting.left, 1);
  say(pair.there, "hello");
  settle();
  EXPECT_EQ(proactor().under_way(), 0U);
  EXPECT_EQ(waiting.ready, 0);
}

TEST_P(InflowTest, MayBeLeftWithBytesThatNobodyHasTaken) {
  const Pair pair;
  Waiting waiting;
  Pointer inflow = inflow_of(pair);
  inflow->wait(waiting);
  settle();
  inflow->stop_waiting(waiting);
  say(pair.there, "hello");
  settle();
  inflow.reset();
}

TEST_P(InflowTest, TheProactorMayDieWhileItIsUnderWay) {
  const auto before = tests::open_descriptors();
  const Pair pair;
  Waiting waiting;
  Pointer inflow = inflow_of(pair);
  inflow->wait(waiting);
  settle();
  inflow.reset();
  drop_all();
  EXPECT_EQ(tests::open_descriptors(), before - 1 + 2);
}

// [region kept]
class KeptSocketsTest : public ProactorTest {
 protected:
  /// One who waits for `fd`, until it is released.
  const Waiting& wait_for(int fd) {
    inflow(fd).wait(waiting_);
    settle();
    return waiting_;
  }

 private:
  Waiting waiting_;
};

TEST_F(KeptSocketsTest, ASocketIsKeptUntilItIsReleased) {
  const Pair pair;
  EXPECT_FALSE(sockets().is_kept(-1));
  EXPECT_FALSE(sockets().is_kept(pair.fd()));
  sockets().keep(pair.fd());
  EXPECT_TRUE(sockets().is_kept(pair.fd()));
  sockets().release(pair.fd());
  EXPECT_FALSE(sockets().is_kept(pair.fd()));
  sockets().release(pair.fd());
  EXPECT_EQ(proactor().enters(), 0U);
}

TEST_F(KeptSocketsTest, WhoeverWaitsIsToldWhenItIsReleased) {
  const Pair pair;
  const Waiting& waiting = wait_for(pair.fd());
  sockets().release(pair.fd());
  EXPECT_EQ(waiting.left, 1);
  EXPECT_EQ(waiting.ready, 0);
}

TEST_F(KeptSocketsTest, AfterItsReleaseACloseEndsTheConnection) {
  Pair pair;
  wait_for(pair.fd());
  sockets().release(pair.fd());
  pair.here.close();
  char c = 0;
  EXPECT_EQ(::read(pair.there.get(), &c, 1), 0);
}

TEST_F(KeptSocketsTest, AfterItsReleaseNothingIsReceivedAnyMore) {
  const Pair pair;
  wait_for(pair.fd());
  sockets().release(pair.fd());
  say(pair.there, "x");
  settle();
  pair.read_here();
}

TEST_F(KeptSocketsTest, ADescriptorThatIsUsedAgainHasItsOwnBytes) {
  Pair pair;
  const int fd = pair.fd();
  wait_for(fd);
  say(pair.there, "old");
  sockets().release(fd);
  pair.here.close();
  const Pair next;
  ASSERT_EQ(next.fd(), fd);
  say(next.there, "new");
  EXPECT_EQ(text_of(take(inflow(fd)).chunk), "new");
}
// [end kept]

}  // namespace
}  // namespace asyncio
