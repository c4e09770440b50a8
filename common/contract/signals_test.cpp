// How a server ends: with 0, soon, and with everything sent that it had received.

#include <csignal>

#include "common/contract/kernel_queues.hpp"
#include "common/contract/server_test.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

// With nothing to send there is nothing to wait for; the rest is for a busy machine.
constexpr auto k_at_once = 1s;
// A second, as the contract says, and half of one for a busy machine.
constexpr auto k_time_to_end = 1500ms;

using Signals = RunningServer;

TEST_F(Signals, SigtermEndsAnIdleServerAtOnce) {
  expect_echo();
  expect_exit_0_after(SIGTERM, Deadline(k_at_once));
}

TEST_F(Signals, SigintEndsAnIdleServerAtOnce) {
  expect_echo();
  expect_exit_0_after(SIGINT, Deadline(k_at_once));
}

TEST_F(Signals, SigtermBeforeTheFirstClientEndsTheServer) {
  expect_exit_0_after(SIGTERM, Deadline(k_at_once));
}

TEST_F(Signals, AnIdleClientDoesNotKeepTheServerFromEnding) {
  Client client = connect();
  EXPECT_EQ(client.echo("still here\n"), "still here\n");
  expect_exit_0_after(SIGTERM, Deadline(k_time_to_end));
  EXPECT_EQ(client.receive_until_closed().bytes, "");
}

TEST_F(Signals, ASilentClientDoesNotKeepSigintFromEndingTheServer) {
  Client client = connect();
  client.wait_until_connected();
  expect_exit_0_after(SIGINT, Deadline(k_time_to_end));
  EXPECT_EQ(client.receive_until_closed().bytes, "");
}

TEST_F(Signals, NothingIsLeftOfTheServerAfterSigterm) {
  Client client = connect();
  EXPECT_EQ(client.echo("still here\n"), "still here\n");
  expect_exit_0_after(SIGTERM);
  const Footprint left = server().settle_into({}, patience());
  EXPECT_TRUE(left.fits_into({})) << "of the server are left " << left;
}

TEST_F(Signals, SigpipeDoesNotEndTheServer) {
  expect_echo();
  signal(SIGPIPE);
  expect_echo();
}

TEST_F(Signals, WhatWasEchoedBeforeSigtermCanStillBeRead) {
  Client client = connect();
  const std::string bytes(1000, 'b');
  client.send(bytes);
  client.wait_until_readable(bytes.size());
  expect_exit_0_after(SIGTERM, Deadline(k_time_to_end));
  EXPECT_EQ(client.receive_until_end_of_file(), bytes);
}

using SlowSignals = RunningServer;

TEST_F(SlowSignals, WhatAFloodedServerSendsAfterSigtermIsStillInOrder) {
  Client client = connect();
  const std::size_t sent = flood(client, config().seed);
  signal(SIGTERM);
  const std::string came = client.receive_until_closed().bytes;
  EXPECT_LE(came.size(), sent);
  EXPECT_TRUE(came == RandomStream(config().seed).next(came.size())) << "other bytes came back";
  expect_exit_0(Deadline(k_time_to_end));
}

// A client that does not read, and has sent just so much that the server has received all of it
// and still holds some of it: what the kernel's buffers did not take.
class SignalsWithBytesHeld : public RunningServer {
 protected:
  // One segment each, so that the server receives all of it or nothing.
  static constexpr std::size_t k_step = 32 * 1024;

  void SetUp() override {
    RunningServer::SetUp();
    client_.emplace(connect());
    fill();
  }

  void TearDown() override {
    client_.reset();
    RunningServer::TearDown();
  }

  // So that what it does wrong at a stop is done before the client reads. A right one passes with
  // or without.
  static void let_the_server_take_note() {
    [[maybe_unused]] const bool never = eventually([] { return false; }, Deadline(100ms));
  }

  [[nodiscard]] bool server_holds_bytes() const { return holds_bytes_; }
  [[nodiscard]] std::string sent() const { return RandomStream(config().seed).next(sent_); }

  std::optional<Client> client_;

 private:
  void fill() {
    RandomStream stream(config().seed);
    while (!holds_bytes_ && sent_ < k_largest_flood) {
      client_->send(stream.next(k_step));
      sent_ += k_step;
      if (!eventually([this] { return has_received_all(); }, Deadline(k_blocked))) return;
      holds_bytes_ = !eventually([this] { return has_passed_on_all(); }, Deadline(k_blocked));
    }
  }

  [[nodiscard]] bool has_received_all() {
    queues_ = server_side_queues(*client_);
    return queues_ && queues_->unread == 0 && unsent_by(*client_) == 0;
  }

  // More than was sent when the kernel has not acknowledged yet what the client can read already.
  [[nodiscard]] bool has_passed_on_all() {
    queues_ = server_side_queues(*client_);
    return queues_ && queues_->unacknowledged + readable_by(*client_) >= sent_;
  }

  // Longer than an acknowledgement may be delayed.
  static constexpr auto k_blocked = 60ms;

  std::optional<KernelQueues> queues_;
  std::size_t sent_ = 0;
  bool holds_bytes_ = false;
};

TEST_F(SignalsWithBytesHeld, WhatTheServerHasReceivedStillComesAfterSigterm) {
  if (!server_holds_bytes()) GTEST_SKIP() << "the server could not be seen holding bytes";
  signal(SIGTERM);
  let_the_server_take_note();
  EXPECT_TRUE(client_->receive_until_end_of_file() == sent()) << "not all came, or other bytes";
  expect_exit_0(Deadline(k_time_to_end));
}

// A server that closes with bytes on their way loses them to the reset that the next word brings.
TEST_F(SignalsWithBytesHeld, ItStillComesWhenTheClientSaysAnotherWord) {
  if (!server_holds_bytes()) GTEST_SKIP() << "the server could not be seen holding bytes";
  signal(SIGTERM);
  let_the_server_take_note();
  client_->send("x");
  const std::string came = client_->receive_until_closed().bytes;
  EXPECT_TRUE(came.starts_with(sent())) << "only " << came.size() << " bytes came";
  expect_exit_0(Deadline(k_time_to_end));
}

class Restart : public ServerTest {};

TEST_F(Restart, OnTheSamePortWorksAtOnce) {
  const ReservedPort port;
  start({.port = port.number()});
  Client client = connect();
  EXPECT_EQ(client.echo("first life\n"), "first life\n");
  // The server closes first, so the kernel keeps the server's end in TIME_WAIT.
  expect_exit_0_after(SIGTERM);
  (void)client.receive_until_closed();
  client.leave();
  stop();
  start({.port = port.number()});
  expect_echo();
}

}  // namespace

}  // namespace contract
