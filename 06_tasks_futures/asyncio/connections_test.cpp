// Chapter 1's three calls as the handler awaits them: each waits, nobody else
// does, and a client that is gone is no error.
#include "06_tasks_futures/asyncio/connections_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using selectors::k_event_write;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::chunk_of;
using tests::full_text;
using tests::Pair;
using tests::say;
using tests::text_of;

/// A connection whose other end is in the hands of the test.
class ConnectionTest : public DescriptorLoopTest {
 protected:
  ConnectionTest() {
    Pair pair;
    connection_.emplace(std::move(pair.here), net::Address(), quiet_);
    peer_ = std::move(pair.there);
  }

  void make_small() const {
    tests::make_small(connection_->fd());
    tests::make_small(peer_.get());
  }

  net::Log quiet_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
};

TEST_F(ConnectionTest, ReceiveWaitsUntilSomethingComes) {
  start(hears_all(*connection_, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
  say(peer_, "again");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello", "again"));
}

TEST_F(ConnectionTest, ReceiveGivesNothingAtTheEnd) {
  say(peer_, "last");
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("last", "end"));
}

TEST_F(ConnectionTest, TheEndMayComeWhileItWaits) {
  start(hears_all(*connection_, log_));
  run_turns(3);
  peer_.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(ConnectionTest, AResetIsTheEndToo) {
  ASSERT_EQ(::send(connection_->fd(), "x", 1, 0), 1);
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(ConnectionTest, ReceiveFromOneThatWasAbandonedIsTheEndAtOnce) {
  say(peer_, "unheard");
  connection_->abandon();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

// What the loop calls ready need not be: somebody else may have read it.
TEST_F(ConnectionTest, ReceiveWaitsOnIfItWasWokenForNothing) {
  start(hears_all(*connection_, log_));
  run_turns(1);
  say(peer_, "x");
  loop().call_soon([this] {
    char c = 0;
    ASSERT_EQ(::read(connection_->fd(), &c, 1), 1);
  });
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(ConnectionTest, AReceiveThatIsCancelledHasTakenNothing) {
  const Task<> first = start(hears_all(*connection_, log_));
  run_turns(1);
  say(peer_, "hello");
  loop().call_soon([&] { first.cancel(); });
  run_turns(1);
  EXPECT_TRUE(first.cancelled());
  start(hears_all(*connection_, log_));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(ConnectionTest, ReceiveThrowsWhatReadableThrows) {
  start(hears_all(*connection_, log_));
  run_turns(1);
  run(tells_what_it_throws(*connection_, log_));
  EXPECT_THAT(log_,
              ElementsAre(named(connection_->fd()) + " is already waited for"));
}

TEST_F(ConnectionTest, SendAllEndsAtOnceIfThereIsRoom) {
  const Task<> task = start(says(*connection_, "hello", log_));
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_THAT(log_, ElementsAre("all is sent"));
  std::array<char, 16> heard{};
  EXPECT_EQ(::recv(peer_.get(), heard.data(), heard.size(), 0), 5);
}

TEST_F(ConnectionTest, SendAllOfNothingSendsNothing) {
  Chunk nothing;
  run(as_coroutine(send_all(*connection_, nothing)));
  char c = 0;
  EXPECT_EQ(::recv(peer_.get(), &c, 1, MSG_DONTWAIT), -1);
}

TEST_F(ConnectionTest, SendAllWaitsForASlowReaderAndLosesNothing) {
  make_small();
  start(says(*connection_, full_text(), log_));
  run_turns(5);
  EXPECT_THAT(log_, IsEmpty());  // there was no room for all of it
  EXPECT_EQ(registered().at(connection_->fd()), k_event_write);
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("all is sent"));
}

TEST_F(ConnectionTest, ASendAllThatIsCancelledLeavesWhatWasNotSent) {
  make_small();
  const Task<> task = start(says_when_asked_twice(*connection_, full_text()));
  run_turns(2);
  task.cancel();
  run_turns(1);
  EXPECT_FALSE(task.done());
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  loop().run_until_complete(task);
}

Coroutine<> says_and_listens(Connection& client, std::string text, Log& log) {
  Chunk chunk = chunk_of(text);
  co_await send_all(client, chunk);
  log.emplace_back(client.is_abandoned() ? "abandoned" : "still there");
  const Chunk answer = co_await receive(client);
  log.emplace_back(answer ? "heard something" : "end");
}

TEST_F(ConnectionTest, SendAllToOneThatIsGoneAbandonsIt) {
  peer_.close();
  run(says_and_listens(*connection_, "hello", log_));
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(ConnectionTest, SendAllAbandonsOneThatLeavesWhileItWaits) {
  make_small();
  start(says_and_listens(*connection_, full_text(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  peer_.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(ConnectionTest, AReaderMayWaitWhileAWriterDoes) {
  make_small();
  start(says(*connection_, full_text(), log_));
  start(hears_all(*connection_, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
}

// ---- accept_client

class AcceptClientTest : public ListenerTest {
 protected:
  net::Log quiet_{true};
};

Coroutine<> accepts(const net::Descriptor& listener, net::Log& quiet, int n,
                    Log& log) {
  for (int i = 0; i < n; ++i) {
    Connection client = co_await accept_client(listener, quiet);
    const Chunk chunk = co_await receive(client);
    log.push_back(text_of(chunk));
  }
}

TEST_F(AcceptClientTest, WaitsForTheNextClient) {
  const Task<> task = start(accepts(listener_, quiet_, 1, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  const net::Descriptor client = connect();
  say(client, "hello");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptClientTest, TakesSeveralInTheOrderInWhichTheyCame) {
  const net::Descriptor first = connect();
  const net::Descriptor second = connect();
  const net::Descriptor third = connect();
  say(third, "3");
  say(second, "2");
  say(first, "1");
  run(accepts(listener_, quiet_, 3, log_));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
}

TEST_F(AcceptClientTest, GivesAConnectionThatDoesNotWait) {
  const net::Descriptor client = connect();
  const Connection connection = run(accept_client(listener_, quiet_));
  char c = 0;
  EXPECT_EQ(::recv(connection.fd(), &c, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(AcceptClientTest, MayBeCancelledAndHasTakenNobody) {
  const Task<> task = start(accepts(listener_, quiet_, 1, log_));
  run_turns(1);
  const net::Descriptor client = connect();
  say(client, "hello");
  loop().call_soon([&] { task.cancel(); });
  run_turns(1);
  EXPECT_TRUE(task.cancelled());
  run(accepts(listener_, quiet_, 1, log_));
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptClientTest, LooksAgainALittleLaterWhenDescriptorsAreShort) {
  const net::Descriptor client = connect();
  say(client, "hello");
  testing::internal::CaptureStderr();
  net::Log loud(true);
  const Task<> task = start(accepts(listener_, loud, 1, log_));
  {
    const tests::NoDescriptors none;
    run_turns(3);
  }
  EXPECT_FALSE(loop().timers().empty());  // and does nothing until then
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clients wait to be accepted: Too many open files\n");
  EXPECT_THAT(log_, IsEmpty());
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptClientTest, ThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW((void)run(accept_client(listener_, quiet_)), std::system_error);
}

}  // namespace
}  // namespace asyncio
