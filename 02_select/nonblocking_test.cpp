#include "02_select/nonblocking.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "common/net/listen.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/connect.hpp"
#include "common/testing/no_descriptors.hpp"

namespace select_loop {
namespace {

/// A non-blocking connection of ours, the other end in the hands of the test.
class NonblockingTest : public testing::Test {
 protected:
  NonblockingTest() {
    net::SocketPair pair;
    net::set_nonblocking(pair.here.get());
    connection_.emplace(std::move(pair.here), net::Address(), log_);
    peer_ = std::move(pair.there);
  }

  void say(std::string_view text) const {
    ASSERT_EQ(::send(peer_.get(), text.data(), text.size(), 0),
              static_cast<ssize_t>(text.size()));
  }

  [[nodiscard]] std::size_t hear_all() const {
    std::string text(1 << 20, '\0');
    std::size_t heard = 0;
    ssize_t n = 0;
    while ((n = ::recv(peer_.get(), text.data(), text.size(), MSG_DONTWAIT)) >
           0) {
      heard += static_cast<std::size_t>(n);
    }
    return heard;
  }

  net::Log log_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
};

Chunk full_chunk() {
  Chunk chunk = Chunk::borrow();
  chunk.fill(Chunk::k_capacity);
  return chunk;
}

TEST_F(NonblockingTest, ReceiveGivesNoValueWhenNothingHasCome) {
  EXPECT_FALSE(receive(*connection_).has_value());
}

TEST_F(NonblockingTest, ReceiveGivesWhatHasCome) {
  say("hello");
  EXPECT_EQ(receive(*connection_).value().bytes().size(), 5U);
  EXPECT_FALSE(receive(*connection_).has_value());
}

TEST_F(NonblockingTest, ReceiveGivesAnEmptyChunkAtTheEnd) {
  peer_.close();
  const std::optional<Chunk> chunk = receive(*connection_);
  ASSERT_TRUE(chunk.has_value());
  EXPECT_FALSE(*chunk);
}

TEST_F(NonblockingTest, SendSomeKeepsWhatTheKernelDoesNotTake) {
  std::size_t sent = 0;
  Chunk chunk;
  while (!chunk) {
    chunk = full_chunk();
    ASSERT_TRUE(send_some(*connection_, chunk));
    sent += Chunk::k_capacity - chunk.bytes().size();
  }
  EXPECT_EQ(hear_all(), sent);
  ASSERT_TRUE(send_some(*connection_, chunk));
  EXPECT_FALSE(chunk);
}

TEST_F(NonblockingTest, SendSomeSaysWhenThePeerIsGone) {
  peer_.close();
  Chunk chunk = full_chunk();
  EXPECT_FALSE(send_some(*connection_, chunk));
}

class AcceptTest : public testing::Test {
 protected:
  AcceptTest() { net::set_nonblocking(listener_.get()); }

  [[nodiscard]] net::Descriptor connect() const {
    return tests::connect_to(listener_);
  }

  Accepted accept() { return accept_client(listener_, log_); }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
  net::Log log_{true};
};

TEST_F(AcceptTest, FindsNobodyWhenNobodyWaits) {
  EXPECT_EQ(accept().arrival, Arrival::nobody);
}

TEST_F(AcceptTest, TakesAClientWhoseSocketDoesNotWait) {
  const net::Descriptor other = connect();
  Accepted accepted = accept();
  ASSERT_EQ(accepted.arrival, Arrival::client);
  EXPECT_FALSE(receive(accepted.client.value()).has_value());
}

TEST_F(AcceptTest, TellsAShortageOfDescriptorsAndTheClientGoesOnWaiting) {
  const net::Descriptor other = connect();
  testing::internal::CaptureStderr();
  net::Log log(true);
  {
    const tests::NoDescriptors none;
    EXPECT_EQ(accept_client(listener_, log).arrival, Arrival::shortage);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clients wait to be accepted: Too many open files\n");
  EXPECT_EQ(accept().arrival, Arrival::client);
}

TEST_F(AcceptTest, ThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW((void)accept(), std::system_error);
}

}  // namespace
}  // namespace select_loop
