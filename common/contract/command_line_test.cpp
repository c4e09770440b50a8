// What the contract's own command line promises: options, messages, exit codes, and the log.

#include <algorithm>
#include <csignal>

#include "common/contract/server_test.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

struct Finished {
  std::optional<Ending> ending;
  std::string out;
  std::string err;
};

Finished run_to_end(const Words& options) {
  Process process({.words = joined(without_port(config().command), options)});
  Finished finished{process.wait_for_end(patience()), "", ""};
  EXPECT_TRUE(members_of_session(process.pid()).empty()) << "it has left a server behind";
  process.out().wait_for_end(patience());
  process.err().wait_for_end(patience());
  finished.out = process.out().text();
  finished.err = process.err().text();
  return finished;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void expect_exit(const Finished& finished, int code) {
  ASSERT_TRUE(finished.ending) << "it does not end";
  EXPECT_TRUE(finished.ending->is_exit_with(code)) << "it " << finished.ending->text();
}

// Exit 2, and one line on standard error that names each of `named`.
void expect_usage_error(const Words& options, const Words& named) {
  const Finished finished = run_to_end(options);
  expect_exit(finished, 2);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(lines_in(finished.err), 1U) << finished.err;
  for (const std::string& name : named) {
    EXPECT_TRUE(has(finished.err, name)) << "'" << name << "' is not in: " << finished.err;
  }
}

// Exit 1, and standard error is one of `lines`.
void expect_cannot_listen(const Words& options, const Words& lines) {
  const Finished finished = run_to_end(options);
  expect_exit(finished, 1);
  EXPECT_EQ(finished.out, "");
  EXPECT_TRUE(std::find(lines.begin(), lines.end(), finished.err) != lines.end())
      << "expected: " << lines.front() << "got: " << finished.err;
}

bool has_ipv6_loopback() {
  const net::Descriptor probe(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const net::Address loopback = net::resolve("::1", 0);
  return bind(probe.get(), loopback.pointer(), loopback.size()) == 0;
}

TEST(CommandLine, HelpNamesEveryOption) {
  const Finished finished = run_to_end({"--help"});
  expect_exit(finished, 0);
  EXPECT_EQ(finished.err, "");
  for (const char* option : {"--host", "--port", "--quiet", "--help", "--version"}) {
    EXPECT_TRUE(has(finished.out, option)) << option << " is not in:\n" << finished.out;
  }
}

TEST(CommandLine, VersionIsOneLine) {
  const Finished finished = run_to_end({"--version"});
  expect_exit(finished, 0);
  EXPECT_EQ(finished.err, "");
  EXPECT_EQ(lines_in(finished.out), 1U) << finished.out;
}

TEST(CommandLine, APortThatIsNoNumberIsRefused) {
  expect_usage_error({"--port", "abc"}, {"--port", "abc", "0", "65535"});
}

TEST(CommandLine, APortThatEndsInLettersIsRefused) {
  expect_usage_error({"--port", "5000x"}, {"--port", "5000x", "0", "65535"});
}

TEST(CommandLine, APortTooLargeIsRefused) {
  expect_usage_error({"--port", "70000"}, {"--port", "70000", "0", "65535"});
}

TEST(CommandLine, APortPastEveryIntegerIsRefused) {
  const std::string huge = "99999999999999999999";
  expect_usage_error({"--port", huge}, {"--port", huge, "0", "65535"});
}

TEST(CommandLine, ANegativePortIsRefused) {
  expect_usage_error({"--port", "-1"}, {"--port", "-1", "0", "65535"});
}

TEST(CommandLine, AnEmptyPortIsRefused) {
  expect_usage_error({"--port", ""}, {"--port", "0", "65535"});
}

TEST(CommandLine, APortWithoutAValueIsRefused) {
  expect_usage_error({"--port"}, {"--port"});
}

TEST(CommandLine, AnUnknownOptionIsRefused) {
  expect_usage_error({"--bogus"}, {"--bogus"});
}

TEST(CommandLine, AStrayWordIsRefused) {
  expect_usage_error({"stray"}, {"stray"});
}

TEST(CommandLine, AHostThatDoesNotExistCannotBeListenedOn) {
  const std::string start = "cannot listen on no.invalid:5000: ";
  // The second is what a resolver says that reaches nobody to ask.
  expect_cannot_listen(
      {"--host", "no.invalid", "--port", "5000"},
      {start + "Name or service not known\n", start + "Temporary failure in name resolution\n"});
}

TEST(CommandLine, AHostOfAnotherMachineCannotBeListenedOn) {
  // RFC 5737: this address belongs to documentation, and so to no machine.
  expect_cannot_listen({"--host", "192.0.2.1", "--port", "5000"},
                       {"cannot listen on 192.0.2.1:5000: Cannot assign requested address\n"});
}

TEST(CommandLine, APortInUseCannotBeListenedOn) {
  const ReservedPort port;
  const net::Descriptor other(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const net::Address address = net::resolve("127.0.0.1", port.number());
  ASSERT_EQ(bind(other.get(), address.pointer(), address.size()), 0);
  ASSERT_EQ(listen(other.get(), 1), 0);
  const std::string number = std::to_string(port.number());
  expect_cannot_listen({"--port", number},
                       {"cannot listen on 127.0.0.1:" + number + ": Address already in use\n"});
}

// The log. One line is printed before the server's clients come: `listening on ...`.

class CommandLineLog : public ServerTest {
 protected:
  [[nodiscard]] std::string line(std::size_t index) {
    return server().process().out().wait_for_line(index, patience()).value_or("no line");
  }
  [[nodiscard]] std::string first_line() {
    return "listening on " + net::to_string(server().address());
  }
};

TEST_F(CommandLineLog, TheFirstLineSaysWhereItListens) {
  start();
  EXPECT_TRUE(line(0).starts_with("listening on 127.0.0.1:")) << line(0);
  EXPECT_EQ(line(0), first_line());
  expect_echo();
}

TEST_F(CommandLineLog, TheFirstLineNamesThePortThatWasAskedFor) {
  const ReservedPort port;
  start({.port = port.number()});
  EXPECT_EQ(line(0), "listening on 127.0.0.1:" + std::to_string(port.number()));
  expect_echo();
}

TEST_F(CommandLineLog, AnIpv6HostStandsInBrackets) {
  if (!has_ipv6_loopback()) GTEST_SKIP() << "no IPv6 on this machine";
  start({.more = {"--host", "::1"}});
  EXPECT_TRUE(line(0).starts_with("listening on [::1]:")) << line(0);
  EXPECT_EQ(line(0), first_line());
  expect_echo();
}

TEST_F(CommandLineLog, AnIpv6ClientStandsInBrackets) {
  if (!has_ipv6_loopback()) GTEST_SKIP() << "no IPv6 on this machine";
  start({.more = {"--host", "::1"}});
  Client client = connect();
  EXPECT_TRUE(line(1).starts_with("connection from [::1]:")) << line(1);
  EXPECT_EQ(line(1), "connection from " + client.name());
}

TEST_F(CommandLineLog, ANameListensOnItsFirstAddress) {
  start({.more = {"--host", "localhost"}});
  EXPECT_TRUE(line(0).starts_with("listening on 127.0.0.1:") ||
              line(0).starts_with("listening on [::1]:"))
      << line(0);
  expect_echo();
}

TEST_F(CommandLineLog, NamesAClientWhenItComesAndWhenItHasGone) {
  start();
  Client client = connect();
  EXPECT_EQ(line(1), "connection from " + client.name());
  const std::string name = client.name();
  EXPECT_EQ(client.echo("these are twenty-seven byte"), "these are twenty-seven byte");
  client.leave();
  EXPECT_EQ(line(2), "closed " + name + ", 27 bytes");
}

TEST_F(CommandLineLog, NamesAClientThatSentNothing) {
  start();
  Client client = connect();
  const std::string name = client.name();
  client.leave();
  EXPECT_EQ(line(1), "connection from " + name);
  EXPECT_EQ(line(2), "closed " + name + ", 0 bytes");
}

TEST_F(CommandLineLog, NamesAClientThatWasReset) {
  start();
  Client client = connect();
  const std::string name = client.name();
  EXPECT_EQ(client.echo("gone\n"), "gone\n");
  client.reset();
  EXPECT_EQ(line(2), "closed " + name + ", 5 bytes");
}

TEST_F(CommandLineLog, QuietLeavesOnlyTheFirstLine) {
  start({.more = {"--quiet"}});
  expect_echo();
  expect_exit_0_after(SIGTERM);
  server().process().out().wait_for_end(patience());
  EXPECT_EQ(server().process().out().text(), first_line() + "\n");
}

// A standard output that is of no use.

class CommandLineOutput : public ServerTest {
 protected:
  // More lines than the pipe has room for.
  void serve_hundreds() {
    constexpr int k_clients = 300;
    for (int i = 0; i < k_clients; ++i) {
      ASSERT_EQ(connect().echo("one more\n"), "one more\n");
    }
  }
};

TEST_F(CommandLineOutput, ThatNobodyReadsDoesNotStopTheServer) {
  start({.output = Output::first_line_read});
  serve_hundreds();
  expect_echo();
  expect_exit_0_after(SIGTERM);
}

TEST_F(CommandLineOutput, WhoseReaderHasGoneDoesNotStopTheServer) {
  start({.output = Output::first_line_read});
  server().process().out().hang_up();
  serve_hundreds();
  expect_exit_0_after(SIGTERM);
}

TEST_F(CommandLineOutput, ThatIsClosedLetsNoLogLineReachAClient) {
  start({.output = Output::closed});
  Client first = connect();
  EXPECT_EQ(first.echo("first\n"), "first\n");
  Client second = connect();
  if (config().kind == Kind::sequential) first.leave();
  EXPECT_EQ(second.echo("second\n"), "second\n");
  second.finish_sending();
  EXPECT_EQ(second.receive_until_end_of_file(), "");
}

}  // namespace

}  // namespace contract
