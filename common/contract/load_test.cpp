// Many clients, few descriptors, little memory.

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "common/contract/server_test.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t k_many = 1500;
// Of the descriptors that --max-clients counts, some are the server's own.
constexpr std::size_t k_own_descriptors = 32;
constexpr std::string_view k_greeting = "hello\n";

// A connection held open for nothing else costs at most this: a thread's stack and its bookkeeping
// fit in, a chunk of 64 KiB does not.
constexpr std::uint64_t k_memory_of_an_idle_client = 32 * 1024;

// A crowd of clients, each of whom says hello as soon as it is connected, and waits for the answer.
class Crowd {
 public:
  Crowd(const net::Address& server, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      waiting_.push_back({Client(server)});
    }
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t answered() const { return answered_.size(); }
  [[nodiscard]] std::size_t refused() const { return refused_; }

  void wait_for_the_first_answer() {
    while (answered_.empty() && look(config().patience)) {
    }
  }

  // Ends when nothing has happened for `quiet`, or all are answered or refused.
  void settle(std::chrono::milliseconds quiet) {
    while (!waiting_.empty() && look(quiet)) {
    }
  }

  void let_the_answered_leave() { answered_.clear(); }

  // Each leaves as soon as it is answered and so makes room for another. False if some wait in
  // vain.
  [[nodiscard]] bool serve_all_and_leave(const Deadline& deadline) {
    let_the_answered_leave();
    while (!waiting_.empty() && look(std::chrono::milliseconds(deadline.remaining_ms()))) {
      let_the_answered_leave();
    }
    return waiting_.empty();
  }

 private:
  struct Member {
    Client client;
    bool has_spoken = false;
  };

  [[nodiscard]] bool look(std::chrono::milliseconds quiet) {
    std::vector<pollfd> entries;
    for (const Member& member : waiting_) {
      const short wanted = member.has_spoken ? POLLIN : POLLOUT;
      entries.push_back({member.client.fd(), wanted, 0});
    }
    if (poll(entries.data(), entries.size(), static_cast<int>(quiet.count())) <= 0) return false;
    sort_out(entries);
    return true;
  }

  void sort_out(const std::vector<pollfd>& entries) {
    std::vector<Member> still_waiting;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      Member& member = waiting_[i];
      if (entries[i].revents != 0) act(member);
      if (member.client.fd() >= 0) still_waiting.push_back(std::move(member));
    }
    waiting_ = std::move(still_waiting);
  }

  void act(Member& member) {
    if (member.has_spoken) return hear(member.client);
    try {
      member.has_spoken = member.client.send_some(k_greeting) > 0;
    } catch (const std::system_error&) {
      refuse(member.client);  // closed before it could speak
    }
  }

  void hear(Client& client) {
    std::string answer;
    const Client::Got got = client.receive_some(answer, k_greeting.size());
    if (got != Client::Got::bytes) return refuse(client);
    EXPECT_EQ(answer, k_greeting);
    answered_.push_back(std::move(client));
  }

  void refuse(Client& client) {
    ++refused_;
    client.leave();
  }

  std::vector<Member> waiting_;
  std::vector<Client> answered_;
  std::size_t refused_ = 0;
};

using ConcurrentLoad = RunningServer;

TEST_F(ConcurrentLoad, TwoHundredClientsAtOnceGetTheirBytes) {
  constexpr std::size_t k_largest = 20'000;
  std::vector<Client> clients;
  std::vector<Exchange> exchanges;
  clients.reserve(200);
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::size_t size = 1 + (config().seed + i) * 7919 % k_largest;
    clients.push_back(connect());
    exchanges.emplace_back(clients.back(), Exchange::Options{.total = size, .half_close = true},
                           config().seed + i);
  }
  run(exchanges);
}

// Only asked of our own: many a runtime keeps more than that for each connection.
using CommandLineConcurrentLoad = RunningServer;

TEST_F(CommandLineConcurrentLoad, AnIdleConnectionHoldsNoBuffer) {
  if (!config().memory_limits) GTEST_SKIP() << "without memory limits";
  constexpr std::size_t k_clients = 100;
  expect_echo();
  const Footprint before = server().footprint();
  const std::uint64_t memory_before = server().memory();
  std::vector<Client> clients;
  for (std::size_t i = 0; i < k_clients; ++i) {
    clients.push_back(connect());
    exchange(clients.back(), {.total = 64 * 1024});
  }
  if (server().footprint().processes > before.processes) GTEST_SKIP() << "a process per client";
  EXPECT_LT(server().memory(), memory_before + k_clients * k_memory_of_an_idle_client);
}

// A server with room for fewer clients than come.
class ConcurrentDescriptors : public ServerTest {
 protected:
  static constexpr rlim_t k_few = 64;
  static constexpr std::size_t k_clients = 200;

  void SetUp() override { start({.max_descriptors = k_few}); }
};

TEST_F(ConcurrentDescriptors, WhenTheyRunOutTheServerNeitherSpinsNorForgetsAnybody) {
  const Footprint before = server().idle_footprint();
  Crowd crowd(server().address(), k_clients);
  crowd.wait_for_the_first_answer();
  ASSERT_GT(crowd.answered(), 0U);
  crowd.settle(100ms);
  expect_rest(0.05, 200ms);
  EXPECT_TRUE(crowd.serve_all_and_leave(patience()))
      << crowd.waiting() << " clients were neither served nor closed after the others had left";
  expect_echo();
  expect_back_in(before);
}

using SlowConcurrentDescriptors = ConcurrentDescriptors;

TEST_F(SlowConcurrentDescriptors, AFullServerCostsNoProcessorTime) {
  Crowd crowd(server().address(), k_clients);
  crowd.settle(500ms);
  expect_rest(0.05, 2s);
}

std::size_t clients_to_be_served() {
  if (!config().max_clients) return k_many;
  const std::size_t most = std::min(*config().max_clients, k_many + k_own_descriptors);
  return most - std::min(most, k_own_descriptors);
}

using SlowConcurrentLoad = RunningServer;

TEST_F(SlowConcurrentLoad, FifteenHundredClientsAreServedOrRefused) {
  const Footprint before = server().idle_footprint();
  Crowd crowd(server().address(), k_many);
  crowd.settle(5s);
  EXPECT_EQ(crowd.waiting(), 0U) << "neither served nor refused; " << crowd.answered()
                                 << " were served";
  EXPECT_GE(crowd.answered(), clients_to_be_served());
  crowd.let_the_answered_leave();
  // In this order: until it has seen them leave, it may refuse one more.
  expect_back_in(before);
  expect_echo();
}

TEST_F(SlowConcurrentLoad, TenIdleClientsCostNoProcessorTime) {
  Crowd crowd(server().address(), 10);
  crowd.settle(1s);
  EXPECT_EQ(crowd.answered(), 10U);
  expect_rest(0.01, 1s);
}

using SlowIdle = RunningServer;

TEST_F(SlowIdle, ASilentClientCostsNoProcessorTime) {
  Client silent = connect();
  EXPECT_EQ(silent.echo("and now I wait\n"), "and now I wait\n");
  expect_rest(0.01, 1s);
}

}  // namespace

}  // namespace contract
