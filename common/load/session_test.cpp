// A server, started and measured: what it costs, how it is named when it fails.
#include "common/load/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>

#include <chrono>
#include <string>

#include "common/contract/process_tree.hpp"
#include "common/load/faulty_server.hpp"
#include "common/load/system_calls.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Cell k_one{.size = 64};

contract::Words plain_server(const std::string& mode = "") {
  return by_shell(std::string(PLAIN_SERVER) + " {port} " + mode);
}

Cost cost_of(Session& session, std::uint64_t n) {
  session.begin_measuring();
  session.exchange(n);
  return session.end_measuring();
}

TEST(Session, MeasuresWhatMessagesCost) {
  Session session(plain_server(), k_one, {});
  const Cost cost = cost_of(session, 1'000);
  EXPECT_EQ(session.latencies().count(), 1'000U);
  EXPECT_GT(cost.server_cpu, 0ns);
  EXPECT_GT(cost.load_cpu, 0ns);
  EXPECT_GT(cost.wall, cost.load_cpu);
  EXPECT_LE(session.latencies().max(), cost.wall);
  EXPECT_GT(cost.server_sleeps, 0);
}

TEST(Session, BeginsAnewWithEachMeasuring) {
  Session session(plain_server(), k_one, {});
  std::ignore = cost_of(session, 1'000);
  const Cost cost = cost_of(session, 1);
  EXPECT_EQ(session.latencies().count(), 1U);
  EXPECT_LE(cost.server_sleeps, 2);
}

// 20 ms for each message, which /proc gives in steps of 10 ms, for user and system.
TEST(Session, CountsWhatChildrenUsedThatHaveEnded) {
  Session session(plain_server("forks"), k_one, {});
  const Cost cost = cost_of(session, 5);
  EXPECT_GE(cost.server_cpu, 80ms);
  EXPECT_LT(cost.server_cpu, 1s);
}

TEST(Session, KeepsTheServerOnItsCore) {
  const Cores cores = choose_cores();
  Session session(plain_server(), k_one, cores.server);
  cpu_set_t set;
  CPU_ZERO(&set);
  ASSERT_EQ(::sched_getaffinity(session.process().pid(), sizeof set, &set), 0);
  if (!cores.server) GTEST_SKIP() << "only one core is allowed";
  EXPECT_EQ(CPU_COUNT(&set), 1);
  EXPECT_TRUE(CPU_ISSET(static_cast<std::size_t>(*cores.server), &set));
  EXPECT_NE(cores.server, cores.load);
}

TEST(Session, PassesAServerOfOneClientAtATime) {
  Session session(plain_server(), cell_from("churn"), {});
  std::ignore = cost_of(session, 300);
  EXPECT_EQ(session.latencies().count(), 300U);
}

TEST(Session, SaysHowTheServerEnded) {
  Session session(plain_server("dies-after 100"), k_one, {});
  EXPECT_THAT(error_of([&] { session.exchange(200); }),
              AllOf(StartsWith("connection 0 was "), HasSubstr("; the server exited with 3"),
                    HasSubstr("I have seen enough")));
}

TEST(Session, SaysWhyTheServerDidNotStart) {
  EXPECT_THAT(error_of([&] { const Session session(by_shell("false {port}"), k_one, {}); }),
              StartsWith("the server exited with 1"));
}

TEST(Session, SaysHowManyConnectionsThereMayBe) {
  const Cell cell{.connections = 100'000'000};
  EXPECT_THAT(error_of([&] { const Session session(plain_server(), cell, {}); }),
              AllOf(StartsWith("100,000,000 connections are too many"), HasSubstr("allows")));
}

TEST(Session, LeavesNoProcessBehind) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // as the program is
  pid_t pid = 0;
  {
    Session session(by_shell("sh -c '" PLAIN_SERVER " {port}; true'"), k_one, {});
    pid = session.process().pid();
    EXPECT_FALSE(contract::members_of_session(pid).empty());
  }
  EXPECT_TRUE(contract::members_of_session(pid).empty());
}

// Whether it has begun to wait for the next message when it is told to end, nobody knows.
TEST(SystemCalls, AreTwoForAMessageOfThePlainestServer) {
  const std::string command = std::string(PLAIN_SERVER) + " {port}";
  const std::string error =
      error_of([&] { EXPECT_NEAR(system_calls_per_message(command, k_one, {}), 2, 0.005); });
  if (error == "strace is not installed") GTEST_SKIP() << error;
  EXPECT_EQ(error, "");
}

TEST(SystemCalls, AreReadFromTheSummary) {
  EXPECT_EQ(
      total_of("    calls syscall\n--------- -----\n  3 total_of\n  12 read\n-----\n  86 total\n"),
      86);
  EXPECT_EQ(error_of([] { std::ignore = total_of("nothing"); }),
            "strace has written no total: 'nothing'");
}

TEST(Steal, IsAShareOfTheTime) {
  EXPECT_DOUBLE_EQ(stolen_share({.stolen = 10, .total = 100}, {.stolen = 15, .total = 200}), 0.05);
  EXPECT_DOUBLE_EQ(stolen_share({.stolen = 10, .total = 100}, {.stolen = 10, .total = 100}), 0);
  EXPECT_GT(time_of({}).total, 0U);
}

}  // namespace
}  // namespace load
