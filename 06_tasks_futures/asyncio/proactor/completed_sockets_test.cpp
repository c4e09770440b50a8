// Chapter 1's three calls on a loop that is told what has been done: they keep
// what they promise on the other one.
#include "06_tasks_futures/asyncio/proactor/completed_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/connections_test.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor_event_loop.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using tests::chunk_of;
using tests::Counted;
using tests::full_text;
using tests::Pair;
using tests::say;
using tests::text_of;

/// A proactor's loop, or the usual one where the kernel has no io_uring: then
/// there is nothing to test.
std::unique_ptr<EventLoop> loop_on_completions() {
  try {
    return std::make_unique<ProactorEventLoop>();
  } catch (const std::system_error&) {
    return std::make_unique<EventLoop>();
  }
}

/// A connection whose other end is in the hands of the test.
class CompletedSocketsTest : public LoopTest {
 protected:
  CompletedSocketsTest() : LoopTest(loop_on_completions()) {
    Pair pair;
    connection_.emplace(std::move(pair.here), net::Address(), quiet_);
    peer_ = std::move(pair.there);
  }
  void SetUp() override {
    if (!dynamic_cast<ProactorEventLoop*>(loop_.get())) {
      GTEST_SKIP() << "there is no io_uring";
    }
    loop().sockets().keep(connection_->fd());
  }
  void TearDown() override {
    if (!loop().is_closed()) loop().sockets().release(connection_->fd());
    LoopTest::TearDown();
  }

  net::Log quiet_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
};

Coroutine<> echo(Connection& client) {
  while (Chunk chunk = co_await receive(client)) {
    co_await send_all(client, chunk);
  }
}

/// Says nothing more once it has heard as much as it has said.
Coroutine<std::string> converse(int fd, const std::string& text) {
  const Task<> saying =
      create_task(sock_sendall(fd, std::as_bytes(std::span(text))));
  std::string heard;
  while (heard.size() < text.size()) {
    const Chunk chunk = co_await sock_recv(fd);
    heard += text_of(chunk);
  }
  co_await saying;
  ::shutdown(fd, SHUT_WR);
  co_return heard;
}

TEST_F(CompletedSocketsTest, WhatIsEchoedComesBackWhole) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  std::string text;
  for (int i = 0; text.size() < 1'000'000; ++i) text += std::to_string(i);
  const Task<> echoing = start(echo(*connection_));
  EXPECT_TRUE(run(converse(peer_.get(), text)) == text);
  loop().run_until_complete(echoing);
}

TEST_F(CompletedSocketsTest, ReceiveGivesNothingAtTheEnd) {
  say(peer_, "last");
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("last", "end"));
}

TEST_F(CompletedSocketsTest, AResetIsTheEndToo) {
  ASSERT_EQ(::send(connection_->fd(), "x", 1, 0), 1);
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(CompletedSocketsTest, AReceiveThatIsCancelledHasTakenNothing) {
  const Task<> first = start(hears_all(*connection_, log_));
  run_turns(1);
  say(peer_, "hello");
  loop().call_soon([&] { first.cancel(); });
  while (!first.done()) run_turns(1);
  EXPECT_TRUE(first.cancelled());
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("hello", "end"));
}

TEST_F(CompletedSocketsTest, ASendAllThatIsCancelledLeavesWhatWasNotSent) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  const Task<> task = start(says_when_asked_twice(*connection_, full_text()));
  run_turns(3);
  EXPECT_FALSE(task.done());
  task.cancel();
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  loop().run_until_complete(task);
}

Coroutine<> says_until_cancelled(Connection& client, std::string text,
                                 Log& log) {
  Chunk chunk = chunk_of(text);
  try {
    co_await send_all(client, chunk);
  } catch (const CancelledError&) {
    log.push_back(chunk ? "left: " + text_of(chunk) : "nothing is left");
  }
}

// The kernel has done it, and the task has yet to hear of that.
TEST_F(CompletedSocketsTest, ASendAllThatIsCancelledAsItEndsHasSentAll) {
  const Task<> first =
      start(says_until_cancelled(*connection_, "hello ", log_));
  run_turns(1);
  loop().call_soon([&] { first.cancel(); });  // runs before the task does
  loop().run_until_complete(first);
  run(says(*connection_, "you", log_));
  EXPECT_THAT(log_, ElementsAre("nothing is left", "all is sent"));
  std::array<char, 16> heard{};
  EXPECT_EQ(::recv(peer_.get(), heard.data(), heard.size(), 0), 9);
  EXPECT_STREQ(heard.data(), "hello you");
}

TEST_F(CompletedSocketsTest, SendAllToOneThatIsGoneAbandonsIt) {
  peer_.close();
  run(says(*connection_, "hello", log_));
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(CompletedSocketsTest, SendAllAbandonsOneThatLeavesWhileItWaits) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  const Task<> task = start(says(*connection_, full_text(), log_));
  run_turns(3);
  EXPECT_FALSE(task.done());
  peer_.close();
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("abandoned"));
}

TEST_F(CompletedSocketsTest, ASecondReceiverGetsARuntimeError) {
  const Task<> first = start(hears_all(*connection_, log_));
  run_turns(1);
  run(tells_what_it_throws(*connection_, log_));
  EXPECT_THAT(log_,
              ElementsAre(named(connection_->fd()) + " is already waited for"));
  peer_.close();
  loop().run_until_complete(first);
  EXPECT_EQ(log_.back(), "end");
}

Coroutine<> tells_what_sending_throws(Connection& client, std::string text,
                                      Log& log) {
  Chunk chunk = chunk_of(text);
  try {
    co_await send_all(client, chunk);
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

TEST_F(CompletedSocketsTest,
       ASecondSenderGetsARuntimeErrorAndTheFirstSendsAll) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  const Task<> first = start(says(*connection_, full_text(), log_));
  run_turns(2);
  run(tells_what_sending_throws(*connection_, "too soon", log_));
  EXPECT_THAT(log_,
              ElementsAre(named(connection_->fd()) + " is already waited for"));
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  loop().run_until_complete(first);
}

TEST_F(CompletedSocketsTest, WhoeverWaitsForWhatIsReleasedGetsARuntimeError) {
  const Task<> task = start(tells_what_it_throws(*connection_, log_));
  run_turns(1);
  loop().sockets().release(connection_->fd());
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre(named(connection_->fd()) +
                                " is waited for and will be closed"));
}

TEST_F(CompletedSocketsTest, WhoeverSendsOnWhatIsReleasedGetsARuntimeError) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  const Task<> task =
      start(tells_what_sending_throws(*connection_, full_text(), log_));
  run_turns(2);
  loop().sockets().release(connection_->fd());
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre(named(connection_->fd()) +
                                " is waited for and will be closed"));
}

// Told, and yet to run: so it is told once more.
TEST_F(CompletedSocketsTest, WhoeverHasSentGetsARuntimeErrorToo) {
  const Task<> task =
      start(tells_what_sending_throws(*connection_, "hello", log_));
  run_turns(1);
  loop().call_soon([&] { loop().sockets().release(connection_->fd()); });
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre(named(connection_->fd()) +
                                " is waited for and will be closed"));
}

TEST_F(CompletedSocketsTest, OneThatIsNotKeptIsWhatItIsOnAnyLoop) {
  loop().sockets().release(connection_->fd());
  const Task<> echoing = start(echo(*connection_));
  EXPECT_EQ(run(converse(peer_.get(), full_text())), full_text());
  loop().run_until_complete(echoing);
}

TEST_F(CompletedSocketsTest, TheLoopClosesWhileTheyWait) {
  tests::make_small(connection_->fd());
  tests::make_small(peer_.get());
  start(hears_all(*connection_, log_));
  start(says(*connection_, full_text(), log_));
  collect_reports();
  run_turns(3);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

// ---- accept_client

Coroutine<> accepts(const net::Descriptor& listener, net::Log& log, int n,
                    Log& heard) {
  const Watch watch(listener.get());
  for (int i = 0; i < n; ++i) {
    Connection client = co_await accept_client(listener, log);
    const Watch kept(client.fd());
    const Chunk chunk = co_await receive(client);
    heard.push_back(text_of(chunk));
  }
}

class CompletedAcceptTest : public CompletedSocketsTest {
 protected:
  CompletedAcceptTest() { net::set_nonblocking(listener_.get()); }
  [[nodiscard]] net::Descriptor connect() const {
    return tests::connect_to(listener_);
  }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
};

TEST_F(CompletedAcceptTest, TakesAHundredInTheOrderInWhichTheyCame) {
  std::vector<net::Descriptor> clients;
  Log expected;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(connect());
    say(clients.back(), std::to_string(i));
    expected.push_back(std::to_string(i));
  }
  run(accepts(listener_, quiet_, 100, log_));
  EXPECT_EQ(log_, expected);
}

TEST_F(CompletedAcceptTest, WhoHasLeftBeforeKeepsNobodyWaiting) {
  const Task<> task = start(accepts(listener_, quiet_, 2, log_));
  run_turns(1);
  for (int i = 0; i < 3; ++i) tests::reset(connect());
  const net::Descriptor first = connect();
  const net::Descriptor second = connect();
  say(first, "1");
  say(second, "2");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("1", "2"));
}

TEST_F(CompletedAcceptTest, WaitsForTheNextClient) {
  const Task<> task = start(accepts(listener_, quiet_, 2, log_));
  run_turns(3);
  const net::Descriptor first = connect();
  say(first, "hello");
  while (log_.empty()) run_turns(1);
  const net::Descriptor second = connect();
  say(second, "again");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello", "again"));
}

TEST_F(CompletedAcceptTest, LooksAgainALittleLaterWhenDescriptorsAreShort) {
  testing::internal::CaptureStderr();
  net::Log loud(true);
  const Task<> task = start(accepts(listener_, loud, 1, log_));
  run_turns(1);
  const net::Descriptor client = connect();
  say(client, "hello");
  {
    const tests::NoDescriptors none;
    while (loop().timers().empty()) run_turns(1);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clients wait to be accepted: Too many open files\n");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(CompletedAcceptTest, AShortageThatConcernsNobodyIsNotTold) {
  testing::internal::CaptureStderr();
  net::Log loud(true);
  const Task<> task = start(accepts(listener_, loud, 1, log_));
  {
    const tests::NoDescriptors none;
    while (loop().timers().empty()) run_turns(1);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  say(connect(), "hello");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(CompletedAcceptTest, ThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW(run(accepts(listener_, quiet_, 1, log_)), std::system_error);
}

}  // namespace
}  // namespace asyncio
