// What an echo server costs, whoever wrote it, in whatever language:
//
//   throughput_bench --server NAME='COMMAND with {port}' [--server ...] --cell CELL [--cell ...]
//
// and Google Benchmark's own flags. A cell is `50x1024x16` (connections, bytes of a message,
// messages in flight on each), `50x1024x1+10000` (beside so many idle ones) or `churn`. An
// iteration is one message: time is the wall's, CPU the load generator's own.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/bench/bench.hpp"
#include "common/load/cell.hpp"
#include "common/load/contestant.hpp"
#include "common/load/cores.hpp"
#include "common/load/current_session.hpp"
#include "common/load/end_on_signal.hpp"
#include "common/load/system_calls.hpp"

namespace {

using load::Cell;
using load::Contestant;
using load::CurrentSession;

double micros(std::chrono::duration<double, std::micro> time) {
  return time.count();
}

void report_latencies(benchmark::State& state, const load::Histogram& latencies) {
  state.counters["p50_us"] = micros(latencies.percentile(0.5));
  state.counters["p90_us"] = micros(latencies.percentile(0.9));
  state.counters["p99_us"] = micros(latencies.percentile(0.99));
  state.counters["p999_us"] = micros(latencies.percentile(0.999));
  state.counters["max_us"] = micros(latencies.max());
}

void report_cost(benchmark::State& state, const load::Cost& cost, const Cell& cell) {
  const auto messages = static_cast<double>(state.iterations());
  state.counters["server_cpu_ns"] = static_cast<double>(cost.server_cpu.count()) / messages;
  // In churn, threads and processes that have ended have taken their sleeps with them.
  if (!cell.churn) state.counters["server_sleeps"] = cost.server_sleeps / messages;
  state.counters["load_busy"] =
      static_cast<double>(cost.load_cpu.count()) / static_cast<double>(cost.wall.count());
  state.counters["steal"] = cost.stolen;
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(cell.size));
}

void report_idle(benchmark::State& state, const load::IdleCost& cost) {
  state.counters["bytes_per_idle"] = cost.bytes;
  state.counters["connect_us"] = micros(cost.connecting);
}

void measure(benchmark::State& state, load::Session& session, const Cell& cell) {
  session.begin_measuring();
  while (state.KeepRunningBatch(state.max_iterations)) {
    session.exchange(static_cast<std::uint64_t>(state.max_iterations));
  }
  report_cost(state, session.end_measuring(), cell);
  report_latencies(state, session.latencies());
  if (session.idle_cost()) report_idle(state, *session.idle_cost());
}

void register_throughput(CurrentSession& current, const Contestant& contestant, const Cell& cell) {
  const std::string name = contestant.name + '/' + to_string(cell);
  const auto run = [&current, contestant, cell, name](benchmark::State& state) {
    current.use(state, name, contestant, cell,
                [&](load::Session& session) { measure(state, session, cell); });
  };
  benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

void register_system_calls(CurrentSession& current, const Contestant& contestant,
                           const Cell& cell) {
  const std::string name = contestant.name + '/' + to_string(cell) + "/system_calls";
  const auto run = [&current, contestant, cell, name](benchmark::State& state) {
    current.drop();
    current.guard(state, name, [&] {
      for ([[maybe_unused]] auto once : state) {
        state.counters["system_calls"] =
            load::system_calls_per_message(contestant.command, cell, current.core());
      }
    });
  };
  benchmark::RegisterBenchmark(name.c_str(), run)->Iterations(1)->Unit(benchmark::kMicrosecond);
}

struct Arguments {
  std::vector<std::string> servers;
  std::vector<std::string> cells;
  bool system_calls = false;
};

void register_benchmarks(CurrentSession& current, const Arguments& arguments) {
  const std::vector<Contestant> contestants = load::contestants_from(arguments.servers);
  for (const std::string& text : arguments.cells) {
    const Cell cell = load::cell_from(text);
    for (const Contestant& contestant : contestants) {
      const auto how = arguments.system_calls ? register_system_calls : register_throughput;
      how(current, contestant, cell);
    }
  }
}

load::Cores choose_cores() {
  const load::Cores cores = load::choose_cores();
  benchmark::AddCustomContext("server_core", load::to_string(cores.server));
  benchmark::AddCustomContext("load_core", load::to_string(cores.load));
  benchmark::AddCustomContext("cores_share",
                              cores.share_one_core ? "one physical core" : "nothing");
  return cores;
}

int run(CLI::App& app, char* program, const std::string& command, const CurrentSession& current) {
  std::vector<std::string> rest = app.remaining();
  std::vector<char*> flags = {program};
  for (std::string& flag : rest) flags.push_back(flag.data());
  const int code = bench::run(static_cast<int>(flags.size()), flags.data(), command);
  load::halt_if_ending();
  return code == 0 && current.any_failed() ? 1 : code;
}

int refuse(const char* why) {
  std::cerr << why << "\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  load::end_on_signal();
  CLI::App app("What an echo server costs: throughput, latency, CPU, memory, system calls.");
  Arguments arguments;
  app.add_option("--server", arguments.servers, "NAME=COMMAND with {port}")->required()->take_all();
  app.add_option("--cell", arguments.cells, "CONNECTIONSxSIZExDEPTH[+IDLE] or churn")
      ->required()
      ->take_all();
  app.add_flag("--system-calls", arguments.system_calls, "Count these instead, by strace");
  app.allow_extras()->footer("And Google Benchmark's flags, such as --benchmark_repetitions=5.");
  try {
    const load::Cores cores = choose_cores();
    CurrentSession current(cores.server);
    app.parse(argc, argv);
    register_benchmarks(current, arguments);
    load::stay_on(cores.load);
    return run(app, argv[0], bench::command_line(argc, argv), current);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : refuse(error.what());
  } catch (const std::invalid_argument& error) {
    return refuse(error.what());
  } catch (const std::system_error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
