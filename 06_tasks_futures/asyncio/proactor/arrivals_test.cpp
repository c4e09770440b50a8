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
  Arrivals& all() { return arrivals(listener_.get()); }
  Arrivals::Taken accept() { return take(all()); }

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
    const Arrivals::Taken accepted = accept();
    EXPECT_EQ(peer_of(accepted.socket),
              to_string(net::local_address(client.get())));
  }
}

TEST_F(ArrivalsTest, TheirSocketsDoNotBlockAndAreNotInherited) {
  const auto client = connect(1);
  const Arrivals::Taken accepted = accept();
  EXPECT_NE(::fcntl(accepted.socket.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(accepted.socket.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ArrivalsTest, AnAcceptThatIsStoppedHasTakenNobody) {
  Waiting stopped;
  all().wait(stopped);
  settle();
  all().stop_waiting(stopped);
  const auto client = connect(1);
  settle();
  EXPECT_EQ(stopped.ready, 0);
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
  while (auto ahead = all().take()) {
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
  {
    const tests::NoDescriptors none;
    const Arrivals::Taken accepted = accept();
    EXPECT_EQ(accepted.error, EMFILE);
    EXPECT_FALSE(accepted.socket);
  }
  EXPECT_FALSE(all().take());
  EXPECT_EQ(accept().error, 0);
}

TEST_F(ArrivalsTest, WhoeverWaitsIsToldWhenTheListenerIsReleased) {
  Waiting waiting;
  all().wait(waiting);
  settle();
  sockets().release(listener_.get());
  EXPECT_EQ(waiting.left, 1);
  EXPECT_EQ(waiting.ready, 0);
}

TEST_F(ArrivalsTest, ThoseWhomNobodyHasTakenAreClosedWithTheListener) {
  const auto first = connect(1);
  const Arrivals::Taken accepted = accept();
  const auto client = connect(1);
  settle();
  sockets().release(listener_.get());
  char c = 0;
  EXPECT_EQ(::read(client[0].get(), &c, 1), 0);
}

TEST_F(ArrivalsTest, AfterItsReleaseACloseEndsTheListening) {
  const net::Address address = net::local_address(listener_.get());
  Waiting waiting;
  all().wait(waiting);
  settle();
  sockets().release(listener_.get());
  listener_.close();
  EXPECT_NO_THROW(listener_ = net::listen_on(address));
}

}  // namespace
}  // namespace asyncio
