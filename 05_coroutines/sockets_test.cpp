// Chapter 1's three calls as coroutines: each waits, nobody else does, and a
// client that is gone is no error.
#include "05_coroutines/sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "common/net/listen.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/connect.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/texts.hpp"

namespace coroutines {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::chunk_of;
using tests::full_text;
using tests::say;
using tests::text_of;

using Log = std::vector<std::string>;

/// A connection whose other end is in the hands of the test.
class SocketsTest : public testing::Test {
 protected:
  SocketsTest() {
    net::SocketPair pair(SOCK_NONBLOCK);
    connection_.emplace(std::move(pair.here), net::Address(), quiet_);
    peer_ = std::move(pair.there);
  }

  template <typename T>
  T run(Coroutine<T> coroutine) {
    return loop_.run_until_complete(std::move(coroutine));
  }
  void turns(int n) {
    for (int i = 0; i < n; ++i) run(sleep(0ns));
  }

  void make_small() const {
    tests::make_small(connection_->fd());
    tests::make_small(peer_.get());
  }

  net::Log quiet_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
  Log log_;
  std::unique_ptr<selectors::Selector> selector_ =
      selectors::default_selector();
  EventLoop loop_{*selector_};  // the last: its coroutines use all of the above
};

// ---- receive

Coroutine<> hears_all(Connection& client, Log& log) {
  while (const Chunk chunk = co_await receive(client)) {
    log.push_back(text_of(chunk));
  }
  log.emplace_back("end");
}

TEST_F(SocketsTest, ReceiveWaitsUntilSomethingComes) {
  loop_.add(hears_all(*connection_, log_));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  turns(2);
  EXPECT_THAT(log_, ElementsAre("hello"));
  say(peer_, "again");
  turns(2);
  EXPECT_THAT(log_, ElementsAre("hello", "again"));
}

TEST_F(SocketsTest, ReceiveGivesNothingAtTheEnd) {
  say(peer_, "last");
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("last", "end"));
}

TEST_F(SocketsTest, TheEndMayComeWhileItWaits) {
  loop_.add(hears_all(*connection_, log_));
  turns(3);
  peer_.close();
  turns(2);
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(SocketsTest, ReceiveGivesAtMostOneChunkAtATime) {
  const int size = 256 * 1024;
  ::setsockopt(peer_.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  const std::string twice = full_text() + full_text();
  const ssize_t sent = ::send(peer_.get(), twice.data(), twice.size(), 0);
  ASSERT_GT(sent, static_cast<ssize_t>(Chunk::k_capacity));
  const Chunk chunk = run(receive(*connection_));
  EXPECT_EQ(text_of(chunk), full_text());
}

TEST_F(SocketsTest, ReceiveFromOneThatWasAbandonedIsTheEndAtOnce) {
  say(peer_, "unheard");
  connection_->abandon();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

// What the loop calls ready need not be: somebody else may have read it.
TEST_F(SocketsTest, ReceiveWaitsOnIfItWasWokenForNothing) {
  loop_.add(hears_all(*connection_, log_));
  turns(2);
  say(peer_, "x");
  char c = 0;
  selector_->get_key(connection_->fd())->data(selectors::k_event_read);
  ASSERT_EQ(::read(connection_->fd(), &c, 1), 1);
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  turns(2);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

Coroutine<> tells_what_it_throws(Connection& client, Log& log) {
  try {
    const Chunk chunk = co_await receive(client);
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

TEST_F(SocketsTest, ReceiveThrowsWhatTheLoopThrows) {
  loop_.add(hears_all(*connection_, log_));
  turns(2);
  run(tells_what_it_throws(*connection_, log_));
  EXPECT_THAT(log_,
              ElementsAre("descriptor " + std::to_string(connection_->fd()) +
                          " is already waited for"));
}

// ---- send_all

Coroutine<> says(Connection& client, std::string text, Log& log) {
  Chunk chunk = chunk_of(text);
  co_await send_all(client, chunk);
  log.emplace_back(chunk ? "something is left" : "all is sent");
}

TEST_F(SocketsTest, SendAllEndsAtOnceIfThereIsRoom) {
  run(says(*connection_, "hello", log_));
  EXPECT_THAT(log_, ElementsAre("all is sent"));
  std::array<char, 16> heard{};
  EXPECT_EQ(::recv(peer_.get(), heard.data(), heard.size(), 0), 5);
}

TEST_F(SocketsTest, SendAllOfNothingSendsNothing) {
  Chunk nothing;
  run(send_all(*connection_, nothing));
  char c = 0;
  EXPECT_EQ(::recv(peer_.get(), &c, 1, MSG_DONTWAIT), -1);
}

Coroutine<std::string> hears_slowly(int fd, std::size_t size) {
  std::string heard;
  std::array<char, 1'000> some{};
  while (heard.size() < size) {
    co_await readable(fd);
    const ssize_t n = ::recv(fd, some.data(), some.size(), 0);
    if (n > 0) heard.append(some.data(), static_cast<std::size_t>(n));
    co_await sleep(0ns);
  }
  co_return heard;
}

TEST_F(SocketsTest, SendAllWaitsForASlowReaderAndLosesNothing) {
  make_small();
  loop_.add(says(*connection_, full_text(), log_));
  turns(5);
  EXPECT_THAT(log_, IsEmpty());  // there was no room for all of it
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  turns(1);
  EXPECT_THAT(log_, ElementsAre("all is sent"));
}

Coroutine<> says_and_listens(Connection& client, std::string text, Log& log) {
  Chunk chunk = chunk_of(text);
  co_await send_all(client, chunk);
  log.emplace_back(client.is_abandoned() ? "abandoned" : "still there");
  const Chunk answer = co_await receive(client);
  log.emplace_back(answer ? "heard something" : "end");
}

TEST_F(SocketsTest, SendAllToOneThatIsGoneAbandonsIt) {
  peer_.close();
  run(says_and_listens(*connection_, "hello", log_));
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(SocketsTest, SendAllAbandonsOneThatLeavesWhileItWaits) {
  make_small();
  loop_.add(says_and_listens(*connection_, full_text(), log_));
  turns(5);
  EXPECT_THAT(log_, IsEmpty());
  peer_.close();
  turns(3);
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(SocketsTest, AReaderMayWaitWhileAWriterDoes) {
  make_small();
  loop_.add(says(*connection_, full_text(), log_));
  loop_.add(hears_all(*connection_, log_));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  turns(2);
  EXPECT_THAT(log_, ElementsAre("hello"));
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
}

// ---- accept_client

class AcceptTest : public testing::Test {
 protected:
  AcceptTest() { net::set_nonblocking(listener_.get()); }

  [[nodiscard]] net::Descriptor connect() const {
    return tests::connect_to(listener_);
  }

  Connection accept() {
    return loop_.run_until_complete(accept_client(listener_, quiet_));
  }
  void turns(int n) {
    for (int i = 0; i < n; ++i) loop_.run_until_complete(sleep(0ns));
  }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
  net::Log quiet_{true};
  Log log_;
  std::unique_ptr<selectors::Selector> selector_ =
      selectors::default_selector();
  EventLoop loop_{*selector_};
};

Coroutine<> accepts(const net::Descriptor& listener, net::Log& quiet, int n,
                    Log& log) {
  for (int i = 0; i < n; ++i) {
    Connection client = co_await accept_client(listener, quiet);
    const Chunk chunk = co_await receive(client);
    log.push_back(text_of(chunk));
  }
}

TEST_F(AcceptTest, WaitsForTheNextClient) {
  loop_.add(accepts(listener_, quiet_, 1, log_));
  turns(3);
  EXPECT_THAT(log_, IsEmpty());
  const net::Descriptor client = connect();
  say(client, "hello");
  while (log_.empty()) loop_.run_once();
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptTest, TakesSeveralInTheOrderInWhichTheyCame) {
  const net::Descriptor first = connect();
  const net::Descriptor second = connect();
  const net::Descriptor third = connect();
  say(third, "3");
  say(second, "2");
  say(first, "1");
  loop_.run_until_complete(accepts(listener_, quiet_, 3, log_));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
}

TEST_F(AcceptTest, GivesAConnectionThatDoesNotWait) {
  const net::Descriptor client = connect();
  const Connection connection = accept();
  char c = 0;
  EXPECT_EQ(::recv(connection.fd(), &c, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(AcceptTest, LooksAgainALittleLaterWhenDescriptorsAreShort) {
  const net::Descriptor client = connect();
  say(client, "hello");
  testing::internal::CaptureStderr();
  net::Log loud(true);
  loop_.add(accepts(listener_, loud, 1, log_));
  {
    const tests::NoDescriptors none;
    turns(3);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clients wait to be accepted: Too many open files\n");
  EXPECT_THAT(log_, IsEmpty());
  while (log_.empty()) loop_.run_once();
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptTest, ThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW((void)accept(), std::system_error);
}

}  // namespace
}  // namespace coroutines
