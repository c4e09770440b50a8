// Listeners that share a port: how the kernel spreads clients among them, who
// else gets the port, and what happens to those who wait when one closes.
#include "06_tasks_futures/shared_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "common/net/address.hpp"
#include "common/net/listen.hpp"
#include "common/testing/connect.hpp"
#include "common/testing/no_descriptors.hpp"

namespace asyncio {
namespace {

using net::Descriptor;
using testing::Each;
using testing::Gt;
using testing::SizeIs;

constexpr std::size_t k_clients = 200;
constexpr int k_patience_ms = 20'000;

std::vector<Descriptor> listeners(int n) {
  auto all = share_port(net::listen_on(net::resolve("127.0.0.1", 0)), n);
  for (const Descriptor& one : all) net::set_nonblocking(one.get());
  return all;
}

std::string address_of(const Descriptor& listener) {
  return net::to_string(net::local_address(listener.get()));
}

int option_of(const Descriptor& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(socket.get(), level, name, &value, &size), 0);
  return value;
}

std::vector<Descriptor> connect_many(const Descriptor& listener) {
  std::vector<Descriptor> clients;
  for (std::size_t i = 0; i < k_clients; ++i) {
    clients.push_back(tests::connect_to(listener));
  }
  return clients;
}

/// On loopback, who has connected waits in the queue already.
std::vector<Descriptor> accept_all(const Descriptor& listener) {
  std::vector<Descriptor> clients;
  while (true) {
    Descriptor client(
        ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return clients;
    clients.push_back(std::move(client));
  }
}

// It says so once.
bool is_reset(const Descriptor& client) {
  char c = 0;
  return ::recv(client.get(), &c, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

std::size_t resets_among(const std::vector<Descriptor>& clients) {
  std::size_t n = 0;
  for (const Descriptor& client : clients) n += is_reset(client) ? 1 : 0;
  return n;
}

// Where this is on, they are moved to the others.
bool waiting_clients_are_moved() {
  int is_on = 0;
  std::ifstream("/proc/sys/net/ipv4/tcp_migrate_req") >> is_on;
  return is_on != 0;
}

TEST(SharedPortTest, AllListenOnTheSameAddress) {
  const auto all = listeners(4);
  ASSERT_THAT(all, SizeIs(4));
  for (const Descriptor& one : all) {
    EXPECT_EQ(address_of(one), address_of(all.front()));
  }
}

TEST(SharedPortTest, OneAloneSharesNothing) {
  const auto all = listeners(1);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(option_of(all.front(), SOL_SOCKET, SO_REUSEPORT), 0);
}

TEST(SharedPortTest, EachGetsSomeOfManyClientsAndNoneIsLost) {
  const auto all = listeners(4);
  const auto clients = connect_many(all.front());
  std::vector<std::size_t> counts;
  std::size_t sum = 0;
  for (const Descriptor& one : all) {
    counts.push_back(accept_all(one).size());
    sum += counts.back();
  }
  EXPECT_THAT(counts, Each(Gt(0U)));
  EXPECT_EQ(sum, k_clients);
}

TEST(SharedPortTest, WhatTheyAcceptHasTheOptionsOfTheFirst) {
  const auto all = listeners(2);
  const auto clients = connect_many(all.front());
  for (const Descriptor& accepted : accept_all(all.back())) {
    EXPECT_EQ(option_of(accepted, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option_of(accepted, SOL_SOCKET, SO_KEEPALIVE), 1);
  }
}

void expect_in_use(const net::Address& address) {
  try {
    static_cast<void>(share_port(net::listen_on(address), 2));
    ADD_FAILURE() << "somebody else got the port";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
  }
}

TEST(SharedPortTest, ASecondServerGetsNoneOfIt) {
  const auto all = listeners(2);
  expect_in_use(net::local_address(all.front().get()));
}

TEST(SharedPortTest, NorDoesOneWhenTheFirstHasClosed) {
  auto all = listeners(3);
  all.front().close();
  expect_in_use(net::local_address(all.back().get()));
}

TEST(SharedPortTest, APortOfAnotherServerIsNotShared) {
  const Descriptor other = net::listen_on(net::resolve("127.0.0.1", 0));
  expect_in_use(net::local_address(other.get()));
}

TEST(SharedPortTest, ARestartFindsThePortFreeWhileOldConnectionsLinger) {
  net::Address address;
  {
    const auto all = listeners(2);
    address = net::local_address(all.front().get());
    const auto clients = connect_many(all.front());
    for (const Descriptor& one : all)
      accept_all(one);  // the server closes first
  }
  EXPECT_THAT(share_port(net::listen_on(address), 2), SizeIs(2));
}

TEST(SharedPortTest, WithoutDescriptorsItSaysWhereItCannotListen) {
  Descriptor first = net::listen_on(net::resolve("127.0.0.1", 0));
  const std::string address = address_of(first);
  const tests::NoDescriptors none;
  try {
    static_cast<void>(share_port(std::move(first), 2));
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.what(),
              "cannot listen on " + address + ": Too many open files");
  }
}

TEST(SharedPortTest, WhoWaitsInAClosedQueueIsResetAndNewOnesGoToTheOthers) {
  if (waiting_clients_are_moved()) GTEST_SKIP() << "tcp_migrate_req is on";
  auto all = listeners(2);
  const auto waiting = connect_many(all.front());
  all.front().close();
  const auto served = accept_all(all.back());
  const std::size_t resets = resets_among(waiting);
  EXPECT_GT(resets, 0U);
  EXPECT_EQ(resets + served.size(), k_clients);

  const auto later = connect_many(all.back());
  EXPECT_EQ(accept_all(all.back()).size(), k_clients);
  EXPECT_EQ(resets_among(later), 0U);
}

TEST(SharedPortTest, WhoWasAcceptedStaysWhenTheListenerCloses) {
  auto all = listeners(2);
  const auto clients = connect_many(all.front());
  const auto accepted = accept_all(all.front());
  const auto others = accept_all(all.back());
  for (Descriptor& one : all) one.close();
  for (const auto* some : {&accepted, &others}) {
    for (const Descriptor& one : *some)
      ASSERT_EQ(::send(one.get(), "x", 1, 0), 1);
  }
  for (const Descriptor& client : clients) {
    char c = 0;
    pollfd ready{.fd = client.get(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&ready, 1, k_patience_ms), 1);
    EXPECT_EQ(::recv(client.get(), &c, 1, MSG_DONTWAIT), 1);
  }
}

}  // namespace
}  // namespace asyncio
