// One client's trouble is its own affair: silence, flood, slowness, resets, garbage.

#include <csignal>

#include "common/contract/server_test.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t k_mebi = 1024 * 1024;

// A chunk of 64 KiB, and what the server's runtime needs besides to hold it.
constexpr std::uint64_t k_growth_allowed = 1 * k_mebi;
// One second is the server's to send what it still holds, the rest is for a busy machine.
// A second, as the contract says, and half of one for a busy machine.
constexpr auto k_time_to_end = 1500ms;
// To show that something does not happen.
constexpr auto k_a_moment = 100ms;

class Resets : public RunningServer {
 protected:
  // Half of them with bytes on their way that they will not read.
  void reset_in_the_middle(int times) {
    const std::string bytes(32 * 1024, 'x');
    for (int i = 0; i < times; ++i) {
      Client client = connect();
      ASSERT_EQ(client.echo("soon gone\n"), "soon gone\n");
      if (i % 2 == 0) (void)client.send_some(bytes);
      client.reset();
    }
  }

  void connect_and_close(int times) {
    for (int i = 0; i < times; ++i) {
      Client client = connect();
      client.wait_until_connected();
    }
  }
};

TEST_F(Resets, TwoHundredInTheMiddleLeaveNothingBehind) {
  const Footprint before = server().idle_footprint();
  reset_in_the_middle(200);
  expect_echo();
  expect_back_in(before);
}

TEST_F(Resets, FiveHundredClientsWhoOnlyConnectLeaveNothingBehind) {
  const Footprint before = server().idle_footprint();
  connect_and_close(500);
  expect_echo();
  expect_back_in(before);
}

TEST_F(Resets, ThoseWhoLeaveBeforeTheyAreAcceptedHoldNobodyUp) {
  signal(SIGSTOP);
  for (int i = 0; i < 3; ++i) {
    Client client = connect();
    client.wait_until_connected();
    client.reset();
  }
  Client next = connect();
  signal(SIGCONT);
  EXPECT_EQ(next.echo("next\n"), "next\n");
}

TEST_F(Resets, AnOutOfBandByteConcernsNobodyElse) {
  const Footprint before = server().idle_footprint();
  Client odd = connect();
  EXPECT_EQ(odd.echo("before"), "before");
  odd.send_out_of_band('!');
  (void)odd.hears_nothing_for(20ms);
  odd.leave();
  expect_echo();
  expect_back_in(before);
}

using SlowResets = Resets;

TEST_F(SlowResets, TwoThousandClientsWhoOnlyConnectLeaveNothingBehind) {
  const Footprint before = server().idle_footprint();
  connect_and_close(2000);
  expect_echo();
  expect_back_in(before);
}

// A client that has been answered once, and then floods the server and reads nothing.
class NeverReading : public RunningServer {
 protected:
  void flood_until_blocked() {
    ASSERT_EQ(stuck_->echo("I read only this\n"), "I read only this\n");
    memory_before_ = server().memory();
    sent_ = flood(*stuck_, config().seed);
    ASSERT_LT(sent_, k_largest_flood)
        << "the server took in all that a client sent who read nothing";
  }

  void SetUp() override {
    RunningServer::SetUp();
    stuck_.emplace(connect());
    flood_until_blocked();
  }

  void TearDown() override {
    stuck_.reset();
    RunningServer::TearDown();
  }

  std::optional<Client> stuck_;
  std::uint64_t memory_before_ = 0;
  std::size_t sent_ = 0;
};

TEST_F(NeverReading, DoesNotMakeTheServerGrow) {
  if (!config().memory_limits) GTEST_SKIP() << "without memory limits";
  EXPECT_LT(server().memory(), memory_before_ + k_growth_allowed);
}

TEST_F(NeverReading, GetsEveryByteInOrderOnceItReads) {
  stuck_->finish_sending();
  receive_stream(*stuck_, sent_, config().seed);
  EXPECT_EQ(stuck_->receive_until_end_of_file(), "");
}

TEST_F(NeverReading, DoesNotKeepSigtermFromEndingTheServer) {
  expect_exit_0_after(SIGTERM, Deadline(k_time_to_end));
}

using SlowNeverReading = NeverReading;

TEST_F(SlowNeverReading, CostsNoProcessorTime) {
  expect_rest(0.05, 1s);
}

using ConcurrentNeverReading = NeverReading;

TEST_F(ConcurrentNeverReading, DoesNotDisturbTheOthers) {
  expect_prompt_echo();
  Client large = connect();
  exchange(large, {.total = k_mebi});
}

using ConcurrentClients = RunningServer;

TEST_F(ConcurrentClients, ASilentOneDoesNotDisturbTheOthers) {
  Client silent = connect();
  silent.wait_until_connected();
  expect_prompt_echo();
  EXPECT_EQ(silent.echo("now I speak\n"), "now I speak\n");
}

TEST_F(ConcurrentClients, AReaderOfOneByteAtATimeDoesNotDisturbTheOthers) {
  Client slow = connect();
  slow.send(std::string(1000, 'z'));
  EXPECT_EQ(slow.receive(1), "z");
  expect_prompt_echo();
  EXPECT_EQ(slow.receive(999), std::string(999, 'z'));
}

TEST_F(ConcurrentClients, EachGetsItsOwnBytes) {
  Client first = connect(), second = connect();
  first.send("from the first");
  second.send("from the second");
  EXPECT_EQ(second.receive(15), "from the second");
  EXPECT_EQ(first.receive(14), "from the first");
}

TEST_F(ConcurrentClients, AResetDoesNotDisturbTheOthers) {
  Client quiet = connect();
  EXPECT_EQ(quiet.echo("first\n"), "first\n");
  for (int i = 0; i < 10; ++i) {
    Client rude = connect();
    (void)rude.echo("x");
    rude.reset();
  }
  EXPECT_EQ(quiet.echo("second\n"), "second\n");
}

using SequentialClients = RunningServer;

TEST_F(SequentialClients, SecondClientWaitsUntilTheFirstLeaves) {
  Client first = connect();
  EXPECT_EQ(first.echo("I am first\n"), "I am first\n");
  Client second = connect();
  second.wait_until_connected();
  second.send("I am second\n");
  EXPECT_TRUE(second.hears_nothing_for(k_a_moment)) << "it was served beside the first";
  first.leave();
  EXPECT_EQ(second.receive(12), "I am second\n");
}

TEST_F(SequentialClients, EvenASilentClientMakesTheSecondWait) {
  Client silent = connect();
  silent.wait_until_connected();
  Client second = connect();
  second.send("hello?\n");
  EXPECT_TRUE(second.hears_nothing_for(k_a_moment)) << "it was served beside the first";
  silent.leave();
  EXPECT_EQ(second.receive(7), "hello?\n");
}

TEST_F(SequentialClients, ThoseWhoWaitAreServedInTheOrderTheyCame) {
  Client first = connect(), second = connect(), third = connect();
  third.send("3");
  second.send("2");
  first.leave();
  EXPECT_EQ(second.receive(1), "2");
  EXPECT_TRUE(third.hears_nothing_for(k_a_moment));
  second.leave();
  EXPECT_EQ(third.receive(1), "3");
}

}  // namespace

}  // namespace contract
