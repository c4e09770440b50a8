// To connect by name and address, and what happens if nobody answers.
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/streams/getaddrinfo.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/testing/open_descriptors.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A port on which nobody listens.
std::uint16_t unused_port() {
  const net::Descriptor listener = net::listen_on(net::resolve("127.0.0.1", 0));
  return net::local_address(listener.get()).port();
}

class OpenConnectionTest : public DescriptorLoopTest {
 protected:
  std::vector<std::string> addresses_of(std::string host) {
    std::vector<std::string> texts;
    for (const auto& each : run(getaddrinfo(std::move(host), 80))) {
      texts.push_back(net::to_string(each));
    }
    return texts;
  }
};

Coroutine<> hangs_up(StreamReader, StreamWriter writer) {
  writer.write("hello\n");
  co_return;
}

Coroutine<std::string> hears(std::string host, std::uint16_t port) {
  auto [reader, writer] = co_await open_connection(host, port);
  co_return co_await reader.readline();
}

TEST_F(OpenConnectionTest, ConnectsByAddressAndByName) {
  const Server server = run(start_server(hangs_up, "127.0.0.1", 0));
  EXPECT_EQ(run(hears("127.0.0.1", server.port())), "hello\n");
  EXPECT_EQ(run(hears("localhost", server.port())), "hello\n");
}

TEST_F(OpenConnectionTest, ConnectsByIpv6) {
  const Server server = run(start_server(hangs_up, "::1", 0));
  EXPECT_THAT(server.sockets(), ElementsAre(StartsWith("[::1]:")));
  EXPECT_EQ(run(hears("::1", server.port())), "hello\n");
}

// localhost is ::1 first, in most places.
TEST_F(OpenConnectionTest, TriesOneAddressAfterTheOther) {
  const auto addresses = addresses_of("localhost");
  const Server server = run(start_server(
      hangs_up, addresses.back().starts_with('[') ? "::1" : "127.0.0.1", 0));
  EXPECT_EQ(run(hears("localhost", server.port())), "hello\n");
}

TEST_F(OpenConnectionTest, NobodyThereIsNamed) {
  const std::uint16_t port = unused_port();
  EXPECT_EQ(
      message_of<std::system_error>(
          [&] { return run(hears("127.0.0.1", port)); }),
      "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  const std::string all = message_of<std::system_error>(
      [&] { return run(hears("localhost", port)); });
  EXPECT_THAT(all, HasSubstr("connect to 127.0.0.1:" + std::to_string(port)));
  EXPECT_EQ(all.starts_with("Multiple exceptions: "),
            addresses_of("localhost").size() > 1);
}

TEST_F(OpenConnectionTest, AnUnknownNameIsNamed) {
  EXPECT_EQ(message_of<std::system_error>(
                [&] { return run(hears("no.invalid", 80)); }),
            "no.invalid: Name or service not known");
}

TEST_F(OpenConnectionTest, AddressesNeedNoThread) {
  EXPECT_THAT(addresses_of("127.0.0.1"), ElementsAre("127.0.0.1:80"));
  EXPECT_THAT(addresses_of("::1"), ElementsAre("[::1]:80"));
  EXPECT_EQ(loop().default_executor().size(), 0);
  EXPECT_THAT(addresses_of("localhost"),
              testing::AnyOf(Contains("127.0.0.1:80"), Contains("[::1]:80")));
  EXPECT_EQ(loop().default_executor().size(), 1);
}

// 192.0.2.0/24 is for documentation: nobody answers, or there is no way there.
TEST_F(OpenConnectionTest, ACancelledConnectLeavesNothingOpen) {
  const auto connecting =
      start(wait_for(open_connection("192.0.2.1", 80), 10ms));
  EXPECT_THAT(thrown_by([&] { return run(connecting); }),
              testing::AnyOf("TimeoutError", StartsWith("system_error")));
  EXPECT_THAT(registered(), IsEmpty());
}

Coroutine<> hears_the_end(std::uint16_t port) {
  auto [reader, writer] = co_await open_connection("127.0.0.1", port);
  co_await reader.read();
}

TEST_F(OpenConnectionTest, NoDescriptorIsLeftAfterManyConnections) {
  const Server server = run(start_server(hangs_up, "127.0.0.1", 0));
  run(hears_the_end(server.port()));
  const std::size_t before = tests::open_descriptors();
  for (int i = 0; i < 300; ++i) run(hears_the_end(server.port()));
  EXPECT_EQ(tests::open_descriptors(), before);
}

}  // namespace
}  // namespace asyncio
