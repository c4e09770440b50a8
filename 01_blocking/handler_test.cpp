#include "01_blocking/handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>

#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/texts.hpp"

namespace blocking {
namespace {

using tests::text_of;

/// A connection of ours, and the other end in the hands of the test.
class HandlerTest : public testing::Test {
 protected:
  HandlerTest() {
    net::SocketPair pair;
    connection_.emplace(std::move(pair.here), net::Address(), log_);
    peer_ = std::move(pair.there);
  }

  void say(std::string_view text) const {
    ASSERT_EQ(::send(peer_.get(), text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] std::string hear(std::size_t most = 1 << 20) const {
    std::string text(most, '\0');
    const ssize_t n = net::retry(
        [&] { return ::recv(peer_.get(), text.data(), text.size(), 0); });
    text.resize(static_cast<std::size_t>(net::checked(n, "recv")));
    return text;
  }

  net::Log log_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
};

TEST_F(HandlerTest, ReceiveGivesWhatHasCome) {
  say("hello");
  EXPECT_EQ(text_of(receive(*connection_)), "hello");
}

TEST_F(HandlerTest, ReceiveWaitsUntilSomethingComes) {
  const std::jthread other([this] { say("late"); });
  EXPECT_EQ(text_of(receive(*connection_)), "late");
}

TEST_F(HandlerTest, ReceiveGivesAtMostOneChunk) {
  const std::jthread other([this] { say(std::string(100'000, 'x')); });
  std::size_t received = 0;
  while (received < 100'000) {
    const std::size_t n = receive(*connection_).bytes().size();
    ASSERT_LE(n, Chunk::k_capacity);
    ASSERT_GT(n, 0U);
    received += n;
  }
}

TEST_F(HandlerTest, ReceiveIsEmptyAtTheEndAndStaysSo) {
  peer_.close();
  EXPECT_FALSE(receive(*connection_));
  EXPECT_FALSE(receive(*connection_));
}

/// Interrupts whatever waits in this thread, a thousand times a second.
class Interruptions {
 public:
  Interruptions() {
    struct sigaction action{};
    action.sa_handler = [](int) {};  // without SA_RESTART
    ::sigaction(SIGALRM, &action, nullptr);
    every(1'000);
  }
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;
  ~Interruptions() { every(0); }

 private:
  static void every(int microseconds) {
    const timeval time{.tv_sec = 0, .tv_usec = microseconds};
    const itimerval timer{.it_interval = time, .it_value = time};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
};

// A send that waits takes everything, unless a signal comes half-way: then it
// returns with what it has taken so far.
TEST_F(HandlerTest, SendAllGoesOnAfterASignalHalfWay) {
  const int small = 4096;
  ::setsockopt(connection_->fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  Chunk chunk = Chunk::borrow();
  chunk.fill(Chunk::k_capacity);
  std::size_t heard = 0;
  std::jthread slow_reader([&] {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
    for (std::size_t n = 1; n > 0;) {
      ::poll(nullptr, 0, 2);
      n = hear(2'000).size();
      heard += n;
    }
  });
  {
    const Interruptions interruptions;
    send_all(*connection_, chunk);
  }
  ::shutdown(connection_->fd(), SHUT_WR);
  slow_reader.join();
  EXPECT_EQ(heard, Chunk::k_capacity);
}

TEST_F(HandlerTest, SendingToAPeerThatLeftAbandonsTheConnection) {
  say("what the peer said before it left");
  Chunk chunk = receive(*connection_);
  say("and what nobody will answer");
  peer_.close();
  send_all(*connection_, chunk);
  EXPECT_TRUE(connection_->is_abandoned());
  EXPECT_FALSE(receive(*connection_));
}

TEST_F(HandlerTest, EchoSendsEverythingBackUntilTheEnd) {
  say("one ");
  say("two");
  ::shutdown(peer_.get(), SHUT_WR);
  echo(*connection_);
  EXPECT_EQ(hear(), "one two");
}

}  // namespace
}  // namespace blocking
