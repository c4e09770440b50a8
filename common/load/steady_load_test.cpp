#include "common/load/steady_load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <thread>

#include "common/load/faulty_server.hpp"
#include "common/net/listen.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;
using Client = FaultyServer::Client;

// For those who wait in vain; yet more than a turn of the server takes on a busy machine.
constexpr Patience k_soon = 1s;

void echo(Client& client, const std::string& message) {
  client.send(message);
}

/// What an exchange of 20 messages over one connection says if message number 5 (the first one, of
/// the load's own warm-up, being 0) is not echoed but given to `fault`.
template <typename Fault>
std::string error_with(std::size_t depth, Fault fault) {
  FaultyServer server(64, [&](Client& client, const std::string& message) {
    client.messages == 5 ? fault(client, message) : client.send(message);
  });
  SteadyLoad load(server.address(), {.size = 64, .depth = depth}, k_soon);
  return error_of([&] { load.exchange(20); });
}

TEST(SteadyLoad, NamesAMessageThatWasDropped) {
  const auto drop = [](Client&, const std::string&) {};
  EXPECT_EQ(error_with(4, drop), "wrong byte at 320 of connection 0");
  EXPECT_EQ(error_with(1, drop), "no answer for 1 s on connection 0");
}

TEST(SteadyLoad, NamesAMessageThatCameTwice) {
  const auto twice = [](Client& client, const std::string& message) {
    client.send(message + message);
  };
  EXPECT_EQ(error_with(1, twice), "unasked bytes at 384 of connection 0");
  // Which of the two depends on how many answers come at once.
  EXPECT_THAT(error_with(4, twice),
              testing::MatchesRegex("(wrong byte|unasked bytes) at 384 of connection 0"));
}

TEST(SteadyLoad, NamesTwoMessagesThatWereSwapped) {
  std::string held;
  FaultyServer server(64, [&](Client& client, const std::string& message) {
    if (client.messages == 5) {
      held = message;
    } else {
      client.send(client.messages == 6 ? message + held : message);
    }
  });
  SteadyLoad load(server.address(), {.size = 64, .depth = 4}, k_soon);
  EXPECT_EQ(error_of([&] { load.exchange(20); }), "wrong byte at 320 of connection 0");
}

TEST(SteadyLoad, NamesTheWrongByte) {
  const auto flip = [](Client& client, std::string message) {
    message[17] = static_cast<char>(message[17] ^ 1);
    client.send(message);
  };
  EXPECT_EQ(error_with(1, flip), "wrong byte at 337 of connection 0");
}

TEST(SteadyLoad, NamesTheBytesOfAnotherConnection) {
  FaultyServer* all = nullptr;
  std::string held;
  FaultyServer server(
      64,
      [&](Client& client, const std::string& message) {
        if (client.messages != 5) return client.send(message);
        if (held.empty()) {
          held = message;
        } else {
          all->client(1 - client.number).send(message);
        }
      },
      [&](FaultyServer& self, Client&) { all = &self; });
  SteadyLoad load(server.address(), {.connections = 2, .size = 64}, k_soon);
  EXPECT_THAT(error_of([&] { load.exchange(100); }),
              testing::MatchesRegex("wrong byte at 320 of connection [01]"));
}

TEST(SteadyLoad, NamesAConnectionThatIsClosed) {
  const auto close = [](Client& client, const std::string&) { client.close(); };
  EXPECT_EQ(error_with(1, close), "connection 0 was closed after 320 bytes");
}

TEST(SteadyLoad, NamesAConnectionThatIsReset) {
  const auto reset = [](Client& client, const std::string&) { client.reset(); };
  EXPECT_EQ(error_with(1, reset), "connection 0 was reset");
}

TEST(SteadyLoad, NamesAConnectionThatIsRefused) {
  FaultyServer server(64, echo, [](FaultyServer& self, Client& client) {
    if (client.number == 3) self.stop_listening();
  });
  EXPECT_EQ(
      error_of([&] { SteadyLoad load(server.address(), {.connections = 5, .size = 64}, k_soon); }),
      "connection 4 was refused");
}

TEST(SteadyLoad, NamesAServerThatNeverAnswers) {
  FaultyServer server(64, [](Client&, const std::string&) {});
  EXPECT_EQ(error_of([&] { SteadyLoad load(server.address(), {.size = 64}, k_soon); }),
            "no answer for 1 s on connection 0");
}

TEST(SteadyLoad, NamesTheOneConnectionThatGetsNoAnswerBesideOthersThatDo) {
  FaultyServer server(64, [](Client& client, const std::string& message) {
    if (client.number != 2 || client.messages == 0) client.send(message);
  });
  SteadyLoad load(server.address(), {.connections = 4, .size = 64}, k_soon);
  EXPECT_EQ(error_of([&] { load.exchange(1'000); }), "no answer for 1 s on connection 2");
}

// A client that comes later, and then hears something as well, knows that the others have heard.
void make_server_speak(const net::Address& address) {
  const net::Descriptor other = connect_to(address, "the other", k_patience);
  char byte = 0;
  while (::recv(other.get(), &byte, 1, 0) < 0) std::this_thread::yield();
}

TEST(SteadyLoad, HearsBytesThatNobodyAskedFor) {
  FaultyServer server(64, echo, [](FaultyServer& self, Client& client) {
    if (client.number < 2) return;
    self.client(1).send("x");
    client.send("x");
  });
  SteadyLoad load(server.address(), {.connections = 2, .size = 64}, k_soon);
  load.exchange(10);
  EXPECT_EQ(error_of([&] { load.expect_silence(); }), "");
  make_server_speak(server.address());
  EXPECT_THAT(error_of([&] { load.expect_silence(); }),
              testing::MatchesRegex("unasked bytes at [0-9]+ of connection 1"));
}

TEST(SteadyLoad, SeesThatAQuietConnectionWasClosed) {
  FaultyServer server(64, echo, [](FaultyServer& self, Client& client) {
    if (client.number < 1) return;
    self.client(0).close();
    client.send("x");
  });
  SteadyLoad load(server.address(), {.size = 64}, k_soon);
  make_server_speak(server.address());
  EXPECT_EQ(error_of([&] { load.expect_silence(); }), "connection 0 was closed after 64 bytes");
}

struct Shape {
  Cell cell;
  std::uint64_t messages;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's name for it
void PrintTo(const Shape& shape, std::ostream* out) {
  *out << to_string(shape.cell) << ", " << shape.messages << " messages";
}

class ExchangeOfShape : public testing::TestWithParam<Shape> {};

TEST_P(ExchangeOfShape, PassesExactlyThatManyMessages) {
  const auto& [cell, n] = GetParam();
  FaultyServer server(cell.size, echo);
  SteadyLoad load(server.address(), cell);
  const std::size_t warm_up = cell.connections;
  for (std::uint64_t times = 1; times <= 3; ++times) {
    load.forget_latencies();
    load.exchange(n);
    EXPECT_EQ(server.messages(), warm_up + times * n);
    EXPECT_EQ(load.latencies().count(), n);
  }
  load.expect_silence();
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ExchangeOfShape,
    testing::Values(Shape{{.connections = 1, .size = 1}, 1'000},
                    Shape{{.connections = 1, .size = 1, .depth = 1024}, 5'000},
                    Shape{{.connections = 50, .size = 1024}, 0},
                    Shape{{.connections = 50, .size = 1024}, 1},
                    Shape{{.connections = 50, .size = 1024, .depth = 16}, 17},
                    Shape{{.connections = 50, .size = 1024, .depth = 16}, 3'001},
                    Shape{{.connections = 300, .size = 251, .depth = 2}, 1'000},
                    Shape{{.connections = 3, .size = 65'536, .depth = 16}, 200},
                    Shape{{.connections = 1, .size = 1'048'576, .depth = 1}, 3}));

TEST(SteadyLoad, FewMessagesTakeTurnsAtTheConnections) {
  std::set<std::size_t> spoke;
  {
    FaultyServer server(64, [&](Client& client, const std::string& message) {
      if (client.messages > 0) spoke.insert(client.number);
      client.send(message);
    });
    SteadyLoad load(server.address(), {.connections = 5, .size = 64});
    for (int i = 0; i < 5; ++i) load.exchange(1);
  }
  EXPECT_EQ(spoke.size(), 5U);
}

// The server holds back every so many messages for 50 ms.
Histogram latencies_with_delays(std::size_t depth, std::size_t every, std::uint64_t n) {
  FaultyServer server(64, [every](Client& client, const std::string& message) {
    // What the load is to find: no wait for anything.
    if (client.messages % every == every - 1) std::this_thread::sleep_for(50ms);
    client.send(message);
  });
  SteadyLoad load(server.address(), {.size = 64, .depth = depth});
  load.forget_latencies();
  load.exchange(n);
  return load.latencies();
}

TEST(SteadyLoad, SeesTheDelayOfEveryTenthMessage) {
  const Histogram latencies = latencies_with_delays(1, 10, 100);
  EXPECT_EQ(latencies.count(), 100U);
  EXPECT_LT(latencies.percentile(0.5), 50ms);
  EXPECT_GE(latencies.percentile(0.95), 50ms);
  EXPECT_GE(latencies.percentile(0.99), 50ms);
  EXPECT_GE(latencies.max(), 50ms);
}

// Whoever stands behind a delayed message in the same connection waits as well: 16 of 100.
TEST(SteadyLoad, SeesTheDelayOfThoseBehindADelayedMessage) {
  const Histogram latencies = latencies_with_delays(16, 100, 400);
  EXPECT_EQ(latencies.count(), 400U);
  EXPECT_LT(latencies.percentile(0.5), 25ms);
  // Those behind may have been sent a little after the delay had begun.
  EXPECT_GE(latencies.percentile(0.95), 25ms);
  EXPECT_GE(latencies.max(), 50ms);
}

}  // namespace
}  // namespace load
