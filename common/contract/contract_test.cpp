// The test of the test: the contract passes a correct server, and for each fault that servers have
// it is the test of that promise that fails.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

#include "common/contract/config.hpp"
#include "common/contract/process.hpp"

namespace contract {

namespace {

using namespace std::chrono_literals;

struct Result {
  std::optional<Ending> ending;
  std::string text;
};

Result run_contract(const Words& options, const Words& command) {
  Words words = joined({CONTRACT_PROGRAM, "--gtest_color=no"}, options);
  words.push_back("--");
  Process process({.words = joined(words, command)});
  Result result{process.wait_for_end(Deadline(120s)), ""};
  process.out().wait_for_end(patience());
  process.err().wait_for_end(patience());
  result.text = process.out().text() + process.err().text();
  return result;
}

Words server(const Words& more) {
  return joined({BAD_SERVER, "--port", "{port}"}, more);
}

// What a correct server is asked for: not for little memory, where a sanitizer needs some itself.
Result run_contract_on_correct(Words options, const Words& command) {
  if (std::string_view(SANITIZERS) != "") options.push_back("--no-memory-limits");
  return run_contract(options, command);
}

void expect_passed(const Result& result) {
  ASSERT_TRUE(result.ending);
  EXPECT_TRUE(result.ending->is_exit_with(0)) << result.text;
  EXPECT_NE(result.text.find("PASSED"), std::string::npos);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Contract, PassesACorrectServer) {
  expect_passed(run_contract_on_correct({"--command-line"}, server({})));
}

TEST(Contract, PassesACorrectServerThatKnowsNoCommandLine) {
  expect_passed(run_contract_on_correct({}, server({})));
}

TEST(Contract, PassesACorrectSequentialServer) {
  const Words options = {"--command-line", "--kind", "sequential"};
  expect_passed(run_contract_on_correct(options, server({"--one-at-a-time"})));
}

TEST(Contract, PassesAServerThatRefusesMoreClientsThanItCanHold) {
  const Words options = {"--slow", "--max-clients", "1000",
                         "--gtest_filter=*FifteenHundredClients*"};
  expect_passed(run_contract(options, server({"--fault", "holds-only-1000"})));
}

TEST(Contract, NeedsTheWordPort) {
  const Result result = run_contract({}, {BAD_SERVER, "--port", "5000"});
  EXPECT_TRUE(result.ending && result.ending->is_exit_with(2));
  EXPECT_TRUE(has(result.text, "{port}")) << result.text;
}

TEST(Contract, RefusesAnUnknownOption) {
  const Result result = run_contract({"--bogus"}, server({}));
  EXPECT_TRUE(result.ending && result.ending->is_exit_with(2));
  EXPECT_TRUE(has(result.text, "--bogus")) << result.text;
}

TEST(Contract, SaysWhyACommandCannotBeStarted) {
  const Result result = run_contract({"--gtest_filter=Bytes.ALine*"}, {"/no/such/file", "{port}"});
  EXPECT_TRUE(result.ending && result.ending->is_exit_with(1));
  EXPECT_TRUE(has(result.text, "cannot start /no/such/file: No such file")) << result.text;
}

TEST(Contract, ShowsTheLastLinesOfAServerThatDies) {
  const Words command = {"sh", "-c", "echo my last words {port} >&2; exit 7"};
  const Result result = run_contract({"--gtest_filter=Bytes.ALine*"}, command);
  EXPECT_TRUE(result.ending && result.ending->is_exit_with(1));
  EXPECT_TRUE(has(result.text, "exited with 7")) << result.text;
  EXPECT_TRUE(has(result.text, "my last words")) << result.text;
}

// A fault, and the test that names it.
struct Fault {
  std::string name;
  std::string found_by;
  Words options = {};
};

std::ostream& operator<<(std::ostream& out, const Fault& fault) {
  return out << fault.name;
}

class FaultyServer : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultyServer, IsFoundByTheTestOfThatPromise) {
  const Fault& fault = GetParam();
  const Words options = {"--all", "--patience", "1", "--gtest_filter=" + fault.found_by};
  const Words faulty = fault.name == "none" ? Words{} : Words{"--fault", fault.name};
  const Result result = run_contract(joined(options, fault.options), server(faulty));
  ASSERT_TRUE(result.ending);
  EXPECT_TRUE(result.ending->is_exit_with(1)) << result.text;
  EXPECT_TRUE(has(result.text, "[  FAILED  ] " + fault.found_by)) << result.text;
}

const Words k_command_line = {"--command-line"};

const Fault k_wire_faults[] = {
    {"drops-a-byte", "Bytes.AMegabyteComesBackWhileItIsSent"},
    {"repeats-a-byte", "Bytes.AMegabyteComesBackWhileItIsSent"},
    {"swaps-two-bytes", "Bytes.AMegabyteComesBackWhileItIsSent"},
    {"sends-one-too-many", "Bytes.OneByteComesBack"},
    {"waits-for-the-newline", "Bytes.OneByteComesBack"},
    {"stops-at-nul", "Bytes.NulBytesComeBack"},
    {"knows-seven-bits", "Bytes.EveryByteValueComesBack"},
    {"closes-at-half-close", "NeverReading.GetsEveryByteInOrderOnceItReads"},
    {"ignores-the-half-close", "HalfClose.WithNothingSentTheEndOfFileComesAtOnce"},
    {"resets-at-the-end", "HalfClose.AfterItEveryByteStillComesAndThenTheEndOfFile"},
    {"shuts-down-and-forgets", "HalfClose.TheServerClosesItsSideAsWell"},
    {"dies-of-a-reset", "Resets.TwoHundredInTheMiddleLeaveNothingBehind"},
    {"leaks-after-a-reset", "Resets.TwoHundredInTheMiddleLeaveNothingBehind"},
    {"leaks-who-says-nothing", "Resets.FiveHundredClientsWhoOnlyConnectLeaveNothingBehind"},
    {"leaves-zombies", "Resets.FiveHundredClientsWhoOnlyConnectLeaveNothingBehind"},
    {"waits-after-one-who-has-left", "Resets.ThoseWhoLeaveBeforeTheyAreAcceptedHoldNobodyUp"},
    {"dies-of-an-urgent-byte", "Resets.AnOutOfBandByteConcernsNobodyElse"},
    {"buffers-without-bound", "NeverReading.DoesNotMakeTheServerGrow"},
    {"sends-blocking", "ConcurrentNeverReading.DoesNotDisturbTheOthers"},
    {"spins-while-a-client-does-not-read", "SlowNeverReading.CostsNoProcessorTime"},
    {"never-sleeps", "SlowIdle.ASilentClientCostsNoProcessorTime"},
    {"none", "SequentialClients.SecondClientWaitsUntilTheFirstLeaves", {"--kind", "sequential"}},
    {"keeps-its-buffers", "CommandLineConcurrentLoad.AnIdleConnectionHoldsNoBuffer",
     k_command_line},
    {"holds-only-1000", "SlowConcurrentLoad.FifteenHundredClientsAreServedOrRefused"},
    {"dies-of-sigterm", "Signals.SigtermEndsAnIdleServerAtOnce"},
    {"ignores-signals", "Signals.SigtermEndsAnIdleServerAtOnce"},
    {"exits-with-1", "Signals.SigintEndsAnIdleServerAtOnce"},
    {"waits-for-its-clients", "Signals.AnIdleClientDoesNotKeepTheServerFromEnding"},
    {"leaves-a-child", "Signals.NothingIsLeftOfTheServerAfterSigterm"},
    {"dies-of-sigpipe", "Signals.SigpipeDoesNotEndTheServer"},
    {"resets-at-the-end", "Signals.WhatWasEchoedBeforeSigtermCanStillBeRead"},
    {"closes-with-bytes-on-their-way",
     "SignalsWithBytesHeld.ItStillComesWhenTheClientSaysAnotherWord"},
    {"drops-all-at-the-end", "SignalsWithBytesHeld.WhatTheServerHasReceivedStillComesAfterSigterm"},
    {"does-not-reuse-its-address", "Restart.OnTheSamePortWorksAtOnce"}};

const std::string k_full_test =
    "ConcurrentDescriptors.WhenTheyRunOutTheServerNeitherSpinsNorForgetsAnybody";

const Fault k_faults_of_full_servers[] = {{"spins-when-full", k_full_test},
                                          {"dies-when-full", k_full_test},
                                          {"forgets-clients-when-full", k_full_test}};

const Fault k_command_line_faults[] = {
    {"help-is-silent", "CommandLine.HelpNamesEveryOption", k_command_line},
    {"port-5000x-is-5000", "CommandLine.APortThatEndsInLettersIsRefused", k_command_line},
    {"port-70000-is-4464", "CommandLine.APortTooLargeIsRefused", k_command_line},
    {"usage-takes-two-lines", "CommandLine.AnUnknownOptionIsRefused", k_command_line},
    {"usage-exits-with-1", "CommandLine.AStrayWordIsRefused", k_command_line},
    {"bind-failure-exits-with-2", "CommandLine.APortInUseCannotBeListenedOn", k_command_line},
    {"keeps-its-first-line", "CommandLineLog.TheFirstLineSaysWhereItListens", k_command_line},
    {"says-port-0", "CommandLineLog.TheFirstLineSaysWhereItListens", k_command_line},
    {"counts-wrong", "CommandLineLog.NamesAClientWhenItComesAndWhenItHasGone", k_command_line},
    {"logs-no-closed", "CommandLineLog.NamesAClientThatWasReset", k_command_line},
    {"is-never-quiet", "CommandLineLog.QuietLeavesOnlyTheFirstLine", k_command_line},
    {"waits-for-its-reader", "CommandLineOutput.ThatNobodyReadsDoesNotStopTheServer",
     k_command_line},
    {"needs-its-reader", "CommandLineOutput.WhoseReaderHasGoneDoesNotStopTheServer",
     k_command_line},
    {"logs-into-a-socket", "CommandLineOutput.ThatIsClosedLetsNoLogLineReachAClient",
     k_command_line}};

std::string test_name(const ::testing::TestParamInfo<Fault>& info) {
  std::string name = info.param.name + "_" + std::to_string(info.index);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Wire, FaultyServer, ::testing::ValuesIn(k_wire_faults), test_name);
INSTANTIATE_TEST_SUITE_P(Full, FaultyServer, ::testing::ValuesIn(k_faults_of_full_servers),
                         test_name);
INSTANTIATE_TEST_SUITE_P(CommandLine, FaultyServer, ::testing::ValuesIn(k_command_line_faults),
                         test_name);

}  // namespace

}  // namespace contract
