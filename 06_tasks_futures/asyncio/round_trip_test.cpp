// Once it has warmed up, an echo server asks the heap for nothing; and who
// waits holds no buffer.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "common/net/address.hpp"
#include "common/net/chunk.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

constexpr int k_warm_up = 10;
constexpr int k_round_trips = 1'000;

Coroutine<> echo(Connection& client) {
  while (Chunk chunk = co_await receive(client)) {
    co_await send_all(client, chunk);
  }
}

Coroutine<> serve_client(Connection client) {
  const Watch watch(client.fd());
  co_await echo(client);
}

/// The same on Python's calls.
Coroutine<> serve_socket(net::Descriptor socket) {
  const Watch watch(socket.get());
  while (const Chunk chunk = co_await sock_recv(socket.get())) {
    co_await sock_sendall(socket.get(), chunk.bytes());
  }
}

class RoundTripTest : public LoopTest {
 protected:
  RoundTripTest() : LoopTest(new_loop()) {}
  void SetUp() override {
    if (!k_keeps_freed) GTEST_SKIP() << "a sanitizer sees each allocation";
  }

  /// Asks the server at the other end of `socket`, time after time; gives how
  /// often somebody asked the heap meanwhile.
  std::size_t allocations_in_echoes(int socket) {
    run_turns(1);  // in which the task starts
    for (int i = 0; i < k_warm_up; ++i) round_trip(socket);
    return tests::allocations_of([&] {
      for (int i = 0; i < k_round_trips; ++i) round_trip(socket);
    });
  }

  void round_trip(int socket) {
    const std::array<char, 1024> question{};
    std::array<char, 1024> answer{};
    ASSERT_EQ(::send(socket, question.data(), question.size(), 0), 1024);
    ssize_t n = -1;
    while (n < 0) {  // in one turn, or in two
      run_turns(1);
      n = ::recv(socket, answer.data(), answer.size(), MSG_DONTWAIT);
    }
    ASSERT_EQ(n, 1024);
  }

  net::Log quiet_{true};
};

TEST_F(RoundTripTest, AnEchoAllocatesNothing) {
  tests::Pair pair;
  start(serve_client(Connection(std::move(pair.here), net::Address(), quiet_)));
  EXPECT_EQ(allocations_in_echoes(pair.there.get()), 0U);
  pair.there.close();
  run_turns(1);  // in which it ends
}

TEST_F(RoundTripTest, NorDoesOneOnPythonsCalls) {
  tests::Pair pair;
  start(serve_socket(std::move(pair.here)));
  EXPECT_EQ(allocations_in_echoes(pair.there.get()), 0U);
  pair.there.close();
  run_turns(1);  // in which it ends
}

// More of them than the chunks' pool would keep spare buffers for.
TEST_F(RoundTripTest, WhoeverWaitsHoldsNoBuffer) {
  std::array<tests::Pair, 20> pairs;
  for (tests::Pair& pair : pairs) {
    start(serve_socket(std::move(pair.here)));
  }
  const std::size_t buffers =
      tests::allocations_of([this] { run_turns(1); }, net::Chunk::k_capacity);
  EXPECT_EQ(buffers, 0U);
  for (tests::Pair& pair : pairs) round_trip(pair.there.get());
  for (tests::Pair& pair : pairs) pair.there.close();
  run_turns(1);
}

}  // namespace
}  // namespace asyncio
