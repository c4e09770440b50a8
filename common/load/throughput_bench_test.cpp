// The program itself, from outside: what it prints, how it exits, what it leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/contract/process.hpp"
#include "common/contract/process_tree.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;
using contract::Process;
using contract::Words;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view k_plain_server = PLAIN_SERVER;

std::string plain_server(const std::string& mode = "") {
  return "plain=" + std::string(k_plain_server) + " {port} " + mode;
}

Process start(const Words& words) {
  return Process({.words = contract::joined({THROUGHPUT_BENCH}, words), .max_descriptors = 20'000});
}

struct Result {
  std::string ending;
  std::string out;
  std::string err;
};

Result result_of(Process& bench) {
  const auto ending = bench.wait_for_end(contract::Deadline(60s));
  bench.out().wait_for_end(contract::Deadline(5s));
  bench.err().wait_for_end(contract::Deadline(5s));
  return {ending ? ending->text() : "goes on", bench.out().text(), bench.err().text()};
}

Result run(const Words& words) {
  Process bench = start(words);
  return result_of(bench);
}

Result run_quickly(const Words& words) {
  return run(contract::joined(words, {"--benchmark_min_time=0", "--benchmark_format=json"}));
}

TEST(ThroughputBench, MeasuresEveryCellOfEveryServer) {
  const Result result =
      run_quickly({"--server", plain_server(), "--server", "second/one=" PLAIN_SERVER " {port}",
                   "--cell", "1x64x1", "--cell", "1x1024x4", "--cell", "churn"});
  EXPECT_EQ(result.ending, "exited with 0");
  for (const std::string server : {"plain", "second/one"}) {
    for (const std::string cell : {"1x64x1", "1x1024x4", "churn"}) {
      EXPECT_THAT(result.out, HasSubstr("\"name\": \"" + server + "/" + cell + "/real_time\""));
    }
  }
  EXPECT_LT(result.out.find("second/one/1x64x1"), result.out.find("plain/1x1024x4"));
  EXPECT_THAT(result.out, Not(HasSubstr("error_occurred")));
}

TEST(ThroughputBench, SaysWhatMessagesCost) {
  const Result result = run_quickly({"--server", plain_server(), "--cell", "1x64x1"});
  for (const std::string counter :
       {"items_per_second", "bytes_per_second", "p50_us", "p90_us", "p99_us", "p999_us", "max_us",
        "server_cpu_ns", "server_sleeps", "load_busy", "steal", "server_core", "load_core", "cpu",
        "kernel", "compiler", "command"}) {
    EXPECT_THAT(result.out, HasSubstr("\"" + counter + "\": "));
  }
  EXPECT_THAT(result.out, HasSubstr("\"time_unit\": \"us\""));
  EXPECT_THAT(result.out, Not(HasSubstr("bytes_per_idle")));
}

TEST(ThroughputBench, SaysWhatIdleConnectionsCost) {
  const Result result =
      run_quickly({"--server", "bad=" BAD_SERVER " --quiet --port {port}", "--cell", "2x64x1+20"});
  EXPECT_EQ(result.ending, "exited with 0");
  EXPECT_THAT(result.out, AllOf(HasSubstr("\"bytes_per_idle\": "), HasSubstr("\"connect_us\": "),
                                HasSubstr("\"bad/2x64x1+20/real_time\"")));
}

TEST(ThroughputBench, GoesOnAfterAServerThatFails) {
  const Result result = run_quickly({"--server", "none=false {port}", "--server", plain_server(),
                                     "--cell", "1x64x1", "--benchmark_repetitions=2"});
  EXPECT_EQ(result.ending, "exited with 1");
  EXPECT_THAT(result.out, AllOf(HasSubstr("\"error_message\": \"the server exited with 1\""),
                                HasSubstr("\"server_cpu_ns\": ")));
}

TEST(ThroughputBench, NamesAServerThatDiesInTheMiddle) {
  const Result result =
      run({"--server", plain_server("dies-after 2000"), "--cell", "1x64x1",
           "--benchmark_min_time=60", "--benchmark_repetitions=3", "--benchmark_format=json"});
  EXPECT_EQ(result.ending, "exited with 1");
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("the server exited with 3"), HasSubstr("I have seen enough")));
}

bool somebody_has_word(const std::string& word) {
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(process.path() / "cmdline");
    for (std::string argument; std::getline(file, argument, '\0');) {
      if (argument == word) return true;
    }
  }
  return false;
}

// In another session than the process that we have started, which waits for it.
TEST(ThroughputBench, CountsAndEndsAServerInASessionOfItsOwn) {
  const std::string marker = "1000" + std::to_string(::getpid());
  const std::string server = "own=sh -c 'setsid " + std::string(k_plain_server) + " {port} " +
                             "echoes " + marker + " & wait'";
  const Result result = run_quickly({"--server", server, "--cell", "1x64x1"});
  EXPECT_EQ(result.ending, "exited with 0") << result.out;
  EXPECT_THAT(result.out, Not(HasSubstr("\"server_cpu_ns\": 0.0")));
  EXPECT_FALSE(somebody_has_word(marker));
}

TEST(ThroughputBench, LeavesNoChildOfTheServerThatHasLeftItsSession) {
  const std::string marker = "86400." + std::to_string(::getpid());
  const std::string server = "leaves=sh -c '(setsid sleep " + marker + " &); exec " +
                             std::string(k_plain_server) + " {port}'";
  const Result result = run_quickly({"--server", server, "--cell", "1x64x1"});
  EXPECT_EQ(result.ending, "exited with 0") << result.out;
  EXPECT_FALSE(somebody_has_word(marker));
}

TEST(ThroughputBench, PrintsNoControlCharactersOfAServer) {
  const Result result = run_quickly(
      {"--server", "red=printf '\\033[31mred\\n' >&2; false {port}", "--cell", "1x64x1"});
  EXPECT_EQ(result.ending, "exited with 1");
  EXPECT_THAT(result.out, AllOf(HasSubstr("?[31mred"), Not(HasSubstr("\033"))));
}

TEST(ThroughputBench, RefusesWrongWordsByName) {
  const Words right = {"--server", plain_server(), "--cell", "1x64x1"};
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{"--cell", "1x64x1"}, "--server"},
      {{"--server", plain_server()}, "--cell"},
      {{"--server", "none=false", "--cell", "1x64x1"}, "'none=false'"},
      {{"--server", plain_server(), "--cell", "1x64"}, "'1x64'"},
      {contract::joined(right, {"--server", plain_server()}), "'plain'"},
      {contract::joined(right, {"--sytem-calls"}), "--sytem-calls"}};
  for (const auto& [words, name] : wrong) {
    const Result result = run(words);
    EXPECT_EQ(result.ending, "exited with 2");
    EXPECT_THAT(result.err, HasSubstr(name));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
}

TEST(ThroughputBench, CountsSystemCalls) {
  const Result result =
      run_quickly({"--server", plain_server(), "--cell", "1x64x1", "--system-calls"});
  if (result.out.find("strace is not installed") != std::string::npos) GTEST_SKIP();
  EXPECT_EQ(result.ending, "exited with 0");
  EXPECT_THAT(result.out, AllOf(HasSubstr("\"plain/1x64x1/system_calls/iterations:1\""),
                                testing::ContainsRegex("\"system_calls\": (1\\.99|2\\.00)")));
}

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

class ThroughputBenchUnderSignal : public testing::TestWithParam<int> {
 protected:
  // Who ends at once joins no threads, which is nothing for ThreadSanitizer to complain of.
  void SetUp() override {
    const char* const options = std::getenv("TSAN_OPTIONS");
    const std::string all =
        (options != nullptr ? std::string(options) : "") + ":report_thread_leaks=0";
    ::setenv("TSAN_OPTIONS", all.c_str(), 1);
  }
};

// The shell stays between us and the server: `exec` would have made way for it.
TEST_P(ThroughputBenchUnderSignal, EndsWithAllThatItHasStarted) {
  Process bench = start({"--server", "shell=sh -c '" PLAIN_SERVER " {port}; true'", "--cell",
                         "1x64x1", "--benchmark_min_time=60"});
  std::vector<pid_t> started;
  ASSERT_TRUE(contract::eventually([&] {
    started = contract::descendants_of(bench.pid());
    return started.size() == 2 && contract::cpu_time_of(started[0]) > 50ms;
  }));
  bench.send_signal(GetParam());
  EXPECT_EQ(result_of(bench).ending, "exited with " + std::to_string(128 + GetParam()));
  EXPECT_TRUE(std::none_of(started.begin(), started.end(), is_alive));
}

INSTANTIATE_TEST_SUITE_P(Signals, ThroughputBenchUnderSignal,
                         testing::Values(SIGINT, SIGTERM, SIGHUP));

}  // namespace
}  // namespace load
