#include "common/bench/twin.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace bench {
namespace {

void run(benchmark::State& state, const std::string& command) {
  for (auto _ : state) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.c_str(), "r"),
                                                                 ::pclose);
    char name[32] = "";
    double value = 0;
    while (output && std::fscanf(output.get(), "%31s %lf", name, &value) == 2) {
      state.counters[name] = value;
    }
    if (!state.counters.contains("seconds"))
      return state.SkipWithError((command + " has failed").c_str());
    state.SetIterationTime(state.counters.extract("seconds").mapped());
  }
}

}  // namespace

Twin::Twin(std::string command) : command_(std::move(command)) {}

bool Twin::runs(const std::string& arguments) const {
  return std::system((command_ + " " + arguments + " > /dev/null 2>&1").c_str()) == 0;
}

void Twin::add(const std::string& benchmark, const std::string& arguments) const {
  benchmark::RegisterBenchmark(benchmark.c_str(), run, command_ + " " + arguments)
      ->Iterations(1)
      ->UseManualTime();
}

Twin python_twin(std::source_location where) {
  const std::string source = where.file_name();
  return Twin("python3 '" + source.substr(0, source.rfind('.')) + ".py'");
}

}  // namespace bench
