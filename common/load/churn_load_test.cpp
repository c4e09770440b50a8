#include "common/load/churn_load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "common/load/faulty_server.hpp"
#include "common/load/idle_connections.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;
using Client = FaultyServer::Client;
using testing::MatchesRegex;

// For those who wait in vain; yet more than a turn of the server takes on a busy machine.
constexpr Patience k_soon = 1s;
const Cell k_churn = cell_from("churn");

void echo(Client& client, const std::string& message) {
  client.send(message);
}

/// What 100 lives say if the client number 5 (in the server's count) gets `fault` as its answer.
template <typename Fault>
std::string error_with(Fault fault) {
  const FaultyServer server(64, [&](Client& client, const std::string& message) {
    client.number == 5 ? fault(client, message) : client.send(message);
  });
  ChurnLoad load(server.address(), k_churn, k_soon);
  return error_of([&] { load.exchange(100); });
}

TEST(ChurnLoad, LivesExactlyThatManyLives) {
  const FaultyServer server(64, echo);
  ChurnLoad load(server.address(), k_churn);
  for (const std::uint64_t n : {0U, 1U, 49U, 50U, 51U, 1'000U}) {
    const std::size_t before = server.connects();
    load.forget_latencies();
    load.exchange(n);
    EXPECT_EQ(server.connects() - before, n);
    EXPECT_EQ(load.latencies().count(), n);
  }
  EXPECT_EQ(server.messages(), server.connects());
}

TEST(ChurnLoad, ComesFromManyAddresses) {
  const FaultyServer server(64, echo);
  ChurnLoad load(server.address(), k_churn);
  load.exchange(300);
  const std::set<std::string> sources = server.sources();
  EXPECT_EQ(sources.size(), 253U);
  EXPECT_TRUE(sources.contains("127.0.0.2"));
  EXPECT_TRUE(sources.contains("127.0.0.254"));
}

TEST(ChurnLoad, SaysGoodbyeWithoutAReset) {
  std::atomic<int> resets = 0;
  {
    const FaultyServer server(64, [&](Client& client, const std::string& message) {
      client.send(message);
      // The next thing to be heard of the client is its end.
      char byte = 0;
      if (::recv(client.socket.get(), &byte, 1, 0) != 0) ++resets;
      client.close();
    });
    ChurnLoad load(server.address(), k_churn);
    load.exchange(200);
  }
  EXPECT_EQ(resets, 0);
}

TEST(ChurnLoad, NamesWhatGoesWrong) {
  EXPECT_THAT(error_with([](Client&, const std::string&) {}),
              MatchesRegex("no answer for 1 s on connection [0-9]+"));
  EXPECT_THAT(error_with([](Client& client, const std::string&) { client.close(); }),
              MatchesRegex("connection [0-9]+ was closed after 0 bytes"));
  EXPECT_THAT(error_with([](Client& client, const std::string&) { client.reset(); }),
              MatchesRegex("connection [0-9]+ was reset"));
  EXPECT_THAT(error_with([](Client& client, const std::string& message) {
                std::string wrong = message;
                wrong[0] = '\xff';
                client.send(wrong);
              }),
              MatchesRegex("wrong byte at 0 of connection [0-9]+"));
  EXPECT_THAT(
      error_with([](Client& client, const std::string& message) { client.send(message + "x"); }),
      MatchesRegex("unasked bytes at 64 of connection [0-9]+"));
}

TEST(ChurnLoad, NamesAConnectionThatIsRefused) {
  const FaultyServer server(64, echo, [](FaultyServer& self, Client& client) {
    if (client.number == 60) self.stop_listening();
  });
  ChurnLoad load(server.address(), k_churn, k_soon);
  // Those that wait to be accepted are reset when nobody listens any more.
  EXPECT_THAT(error_of([&] { load.exchange(1'000); }),
              MatchesRegex("connection [0-9]+ was (refused|reset)"));
}

TEST(IdleConnections, HaveOneAnswerEach) {
  const FaultyServer server(1, echo);
  const IdleConnections idle(server.address(), 100);
  EXPECT_EQ(server.connects(), 100U);
  EXPECT_EQ(server.messages(), 100U);
  idle.expect_silence();
}

TEST(IdleConnections, NameTheOneThatHasNoAnswer) {
  const FaultyServer server(1, [](Client& client, const std::string& message) {
    if (client.number != 7) client.send(message);
  });
  EXPECT_EQ(error_of([&] { const IdleConnections idle(server.address(), 10, k_soon); }),
            "no answer for 1 s on idle connection 7");
}

TEST(IdleConnections, NameTheOneThatWasClosed) {
  const FaultyServer server(1, [](Client& client, const std::string& message) {
    client.send(message);
    if (client.number == 3) client.close();
  });
  const IdleConnections idle(server.address(), 10);
  EXPECT_EQ(error_of([&] { idle.expect_silence(); }),
            "idle connection 3 was closed, or got what it had not asked for");
}

}  // namespace
}  // namespace load
