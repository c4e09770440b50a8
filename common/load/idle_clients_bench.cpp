// What it costs a server to hold clients that say nothing, and what the one that speaks notices of
// them. For any server, in any language:
//
//   idle_clients_bench --server NAME='COMMAND with {port}' [--server ...] [--idle N ...]
//
// and Google Benchmark's own flags. Time is the round trip of 64 bytes beside the idle clients.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/bench/bench.hpp"
#include "common/contract/client.hpp"
#include "common/contract/config.hpp"
#include "common/contract/process_tree.hpp"
#include "common/contract/server.hpp"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using contract::Client;
using contract::Server;

constexpr int k_round_trips = 1'000;

rlim_t most_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max;
}

Server start(const std::string& command) {
  contract::Config config;
  config.command = {"/bin/sh", "-c", "exec " + command};
  contract::set_config(config);
  return Server({.max_descriptors = most_descriptors()});
}

/// Each has had an answer, so that the server has done for it all that it does for a client.
std::vector<Client> connect_idle(const Server& server, std::size_t n) {
  std::vector<Client> clients;
  clients.reserve(n);
  while (clients.size() < n) {
    clients.emplace_back(server.address());
    if (clients.back().echo("x") != "x") throw std::runtime_error("a wrong answer");
  }
  return clients;
}

/// How often a thread of the server has gone to sleep of its own will (proc_pid_status(5)).
std::uint64_t sleeps_of(pid_t session) {
  std::uint64_t sleeps = 0;
  for (const auto& member : contract::members_of_session(session)) {
    for (const auto& task :
         fs::directory_iterator("/proc/" + std::to_string(member.pid) + "/task")) {
      std::ifstream status(task.path() / "status");
      for (std::string field; status >> field;) {
        std::uint64_t n = 0;
        if (field == "voluntary_ctxt_switches:" && status >> n) sleeps += n;
      }
    }
  }
  return sleeps;
}

void measure_holding(benchmark::State& state, Server& server, std::vector<Client>& idle) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto memory_before = server.memory();
  const auto begin = Clock::now();
  idle = connect_idle(server, n);
  const std::chrono::duration<double> connecting = Clock::now() - begin;
  const double memory = static_cast<double>(server.memory()) - static_cast<double>(memory_before);
  state.counters["connect_us"] = 1e6 * connecting.count() / static_cast<double>(n);
  state.counters["bytes_per_client"] = memory / static_cast<double>(n);
}

void measure_speaking(benchmark::State& state, Server& server) {
  const std::string message(64, 'x');
  Client speaker(server.address());
  benchmark::DoNotOptimize(speaker.echo(message));
  const auto sleeps_before = sleeps_of(server.process().pid());
  const auto cpu_before = contract::cpu_time_of(server.process().pid());
  for (auto _ : state) {
    if (speaker.echo(message) != message) return state.SkipWithError("a wrong answer");
  }
  const auto trips = static_cast<double>(state.iterations());
  const std::chrono::duration<double, std::micro> cpu =
      contract::cpu_time_of(server.process().pid()) - cpu_before;
  state.counters["cpu_us"] = cpu.count() / trips;
  state.counters["sleeps"] =
      static_cast<double>(sleeps_of(server.process().pid()) - sleeps_before) / trips;
}

void hold_idle_clients(benchmark::State& state, const std::string& command) {
  try {
    Server server = start(command);
    std::vector<Client> idle;
    measure_holding(state, server, idle);
    measure_speaking(state, server);
    for (Client& client : idle) client.reset();
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

std::pair<std::string, std::string> name_and_command(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || text.find("{port}") == std::string::npos) {
    throw CLI::ValidationError("--server: '" + text + "' is not NAME=COMMAND with {port} in it");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void register_benchmarks(const std::vector<std::string>& servers,
                         const std::vector<std::int64_t>& idle) {
  for (const std::int64_t n : idle) {
    for (const std::string& server : servers) {
      const auto [name, command] = name_and_command(server);
      benchmark::RegisterBenchmark(name.c_str(), hold_idle_clients, command)
          ->Arg(n)
          ->Iterations(k_round_trips)
          ->UseRealTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What it costs a server to hold clients that say nothing.");
  std::vector<std::string> servers;
  std::vector<std::int64_t> idle = {100, 1'000, 10'000};
  app.add_option("--server", servers, "NAME=COMMAND with {port}")->required()->take_all();
  app.add_option("--idle", idle, "How many clients")->take_all()->capture_default_str();
  app.allow_extras()->footer("And Google Benchmark's flags, such as --benchmark_repetitions=5.");
  const std::string command = bench::command_line(argc, argv);
  try {
    app.parse(argc, argv);
    register_benchmarks(servers, idle);
  } catch (const CLI::ParseError& error) {
    std::cerr << error.what() << "\n";
    return error.get_exit_code() == 0 ? app.exit(error) : 2;
  }
  std::vector<std::string> rest = app.remaining();
  std::vector<char*> flags = {argv[0]};
  for (std::string& flag : rest) flags.push_back(flag.data());
  return bench::run(static_cast<int>(flags.size()), flags.data(), command);
}
