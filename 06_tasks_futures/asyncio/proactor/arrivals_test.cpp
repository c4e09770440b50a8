// The clients of a listener: they are accepted ahead, some of them.
#include "06_tasks_futures/asyncio/proactor/arrivals.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/proactor_test.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/address.hpp"
#include "common/net/listen.hpp"
#include "common/testing/connect.hpp"
#include "common/testing/no_descriptors.hpp"

namespace asyncio {
namespace {

using net::Descriptor;

class ArrivalsTest : public ProactorTest {
 protected:
  /// Waits if it has to.
  Accepted accept() {
    Arrivals& all = arrivals(listener_.get());
    if (auto accepted = all.take()) return std::move(*accepted);
    OneAccept one;
    all.wait(one);
    turn_until([&] { return one.accepted.has_value(); });
    return std::move(*one.accepted);
  }

  std::vector<Descriptor> connect(std::size_t n) const {
    std::vector<Descriptor> clients(n);
    for (Descriptor& client : clients) client = tests::connect_to(listener_);
    return clients;
  }

  Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
};

/// Who is at the other end.
std::string peer_of(const Descriptor& socket) {
  net::Address peer;
  socklen_t size = net::Address::capacity();
  net::checked(::getpeername(socket.get(), peer.pointer(), &size),
               "getpeername");
  return to_string(peer);
}

TEST_F(ArrivalsTest, GivesClientsInTheOrderOfTheirComing) {
  for (const Descriptor& client : connect(10)) {
    const Accepted accepted = accept();
    EXPECT_EQ(peer_of(accepted.socket),
              to_string(net::local_address(client.get())));
  }
}

TEST_F(ArrivalsTest, TheirSocketsDoNotBlockAndAreNotInherited) {
  const auto client = connect(1);
  const Accepted accepted = accept();
  EXPECT_NE(::fcntl(accepted.socket.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(accepted.socket.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ArrivalsTest, AnAcceptThatIsStoppedHasTakenNobody) {
  OneAccept stopped;
  arrivals(listener_.get()).wait(stopped);
  settle();
  arrivals(listener_.get()).stop_waiting();
  const auto client = connect(1);
  settle();
  EXPECT_FALSE(stopped.accepted);
  EXPECT_EQ(peer_of(accept().socket),
            to_string(net::local_address(client[0].get())));
}

TEST_F(ArrivalsTest, WhileManyAreThereNobodyElseIsAccepted) {
  const auto first = connect(1);
  std::vector<Descriptor> accepted;
  accepted.push_back(accept().socket);
  const auto many = connect(net::k_arrivals_a_turn);
  settle();
  const auto others = connect(10);
  settle();
  while (auto ahead = arrivals(listener_.get()).take()) {
    accepted.push_back(std::move(ahead->socket));
  }
  EXPECT_EQ(accepted.size(), 1 + many.size());
  for (const Descriptor& client : others) {
    EXPECT_EQ(peer_of(accept().socket),
              to_string(net::local_address(client.get())));
  }
}

TEST_F(ArrivalsTest, AShortageOfDescriptorsIsToldAndPasses) {
  const auto client = connect(1);
  Arrivals& all = arrivals(listener_.get());
  {
    const tests::NoDescriptors none;
    const Accepted accepted = accept();
    EXPECT_EQ(accepted.error, EMFILE);
    EXPECT_FALSE(accepted.socket);
  }
  EXPECT_FALSE(all.take());
  EXPECT_EQ(accept().error, 0);
}

TEST_F(ArrivalsTest, WhoeverWaitsIsToldWhenTheListenerIsReleased) {
  OneAccept one;
  arrivals(listener_.get()).wait(one);
  settle();
  sockets().release(listener_.get());
  ASSERT_TRUE(one.accepted);
  EXPECT_EQ(one.accepted->error, ECANCELED);
}

TEST_F(ArrivalsTest, ThoseWhomNobodyHasTakenAreClosedWithTheListener) {
  const auto first = connect(1);
  const Accepted accepted = accept();
  const auto client = connect(1);
  settle();
  sockets().release(listener_.get());
  char c = 0;
  EXPECT_EQ(::read(client[0].get(), &c, 1), 0);
}

TEST_F(ArrivalsTest, AfterItsReleaseACloseEndsTheListening) {
  const net::Address address = net::local_address(listener_.get());
  OneAccept one;
  arrivals(listener_.get()).wait(one);
  settle();
  sockets().release(listener_.get());
  listener_.close();
  EXPECT_NO_THROW(listener_ = net::listen_on(address));
}

}  // namespace
}  // namespace asyncio
