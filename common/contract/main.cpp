// Starts any echo server and tests it from outside: contract [options] -- CMD... with {port}

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "common/contract/command.hpp"
#include "common/contract/config.hpp"

namespace contract {

namespace {

constexpr int k_usage_error = 2;

struct Arguments {
  Config config;
  bool slow = false;
  bool all = false;
  std::size_t patience_in_seconds = 20;
};

void add_what_the_server_is(CLI::App& app, Config& config) {
  const std::map<std::string, Kind> kinds = {{"concurrent", Kind::concurrent},
                                             {"sequential", Kind::sequential}};
  app.add_option("--kind", config.kind, "how it serves its clients: concurrent or sequential")
      ->transform(CLI::CheckedTransformer(kinds));
  app.add_flag("--command-line", config.keeps_command_line,
               "it keeps the contract's command line as well (--host, --port, log lines, ...)");
  app.add_option("--max-clients", config.max_clients, "it can hold no more than about N clients");
  app.add_option("command", config.command, "the server's command; {port} stands for its port");
}

void add_what_is_asked(CLI::App& app, Arguments& arguments) {
  app.add_flag("--slow", arguments.slow, "only the tests that take long");
  app.add_flag("--all", arguments.all, "these and the quick ones");
  app.add_flag("--memory-limits,!--no-memory-limits", arguments.config.memory_limits,
               "whether memory is asserted (a sanitizer's server needs more)");
  app.add_option("--seed", arguments.config.seed, "of the random bytes");
  app.add_option("--patience", arguments.patience_in_seconds,
                 "seconds after which what has not come is missing");
}

void require_port(const Words& command) {
  if (mentions_port(command)) return;
  throw CLI::ValidationError("the command needs a word with {port}, as in: -- ./server {port}");
}

// Throws CLI::ParseError. CLI11 hands out what follows `--` as the remaining words.
Arguments parse(CLI::App& app, int argc, char** argv) {
  Arguments arguments;
  add_what_the_server_is(app, arguments.config);
  add_what_is_asked(app, arguments);
  app.parse(argc, argv);
  require_port(arguments.config.command);
  arguments.config.patience = std::chrono::seconds(arguments.patience_in_seconds);
  return arguments;
}

// What the names of the test suites say for whom they are; see server_test.hpp.
std::string suites_left_out(const Arguments& arguments) {
  std::string patterns;
  if (!arguments.slow && !arguments.all) patterns += ":Slow*";
  if (!arguments.config.keeps_command_line) patterns += ":CommandLine*";
  patterns += arguments.config.kind == Kind::sequential
                  ? ":Concurrent*:SlowConcurrent*:CommandLineConcurrent*"
                  : ":Sequential*";
  return patterns.substr(1);
}

std::string filter_for(const Arguments& arguments) {
  std::string filter = testing::GTEST_FLAG(filter);
  if (filter == "*" && arguments.slow && !arguments.all) filter = "Slow*";
  const bool already_leaves_out = filter.find('-') != std::string::npos;
  return filter + (already_leaves_out ? ":" : "-") + suites_left_out(arguments);
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// --help is a ParseError as well, one that is none.
int exit_code_after(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  std::cerr << "contract: " << error.what() << "\n";
  return k_usage_error;
}

int run_tests(const Arguments& arguments) {
  raise_descriptor_limit();
  // What a server orphans becomes our child, so that it can be found and waited for.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  set_config(arguments.config);
  testing::GTEST_FLAG(filter) = filter_for(arguments);
  std::cout << "seed " << arguments.config.seed << "\n";
  return RUN_ALL_TESTS();
}

int start(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  CLI::App app("Tests an echo server, written in whatever language, over real sockets.",
               "contract");
  app.footer("Example: contract -- python3 my_server.py {port}");
  try {
    return run_tests(parse(app, argc, argv));
  } catch (const CLI::ParseError& error) {
    return exit_code_after(app, error);
  }
}

}  // namespace

}  // namespace contract

int main(int argc, char** argv) {
  return contract::start(argc, argv);
}
