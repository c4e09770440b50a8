#include "common/bench/python.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace bench {
namespace {

void run_python(benchmark::State& state, const std::string& command) {
  for (auto _ : state) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.c_str(), "r"),
                                                                 ::pclose);
    char name[32] = "";
    double value = 0;
    while (output && std::fscanf(output.get(), "%31s %lf", name, &value) == 2) {
      state.counters[name] = value;
    }
    if (!state.counters.contains("seconds")) return state.SkipWithError("python3 has failed");
    state.SetIterationTime(state.counters.extract("seconds").mapped());
  }
}

}  // namespace

PythonTwin::PythonTwin(std::source_location where) {
  const std::string source = where.file_name();
  command_ = "python3 '" + source.substr(0, source.rfind('.')) + ".py' ";
}

bool PythonTwin::runs(const std::string& arguments) const {
  return std::system((command_ + arguments + " > /dev/null 2>&1").c_str()) == 0;
}

void PythonTwin::add(const std::string& benchmark, const std::string& arguments) const {
  benchmark::RegisterBenchmark(benchmark.c_str(), run_python, command_ + arguments)
      ->Iterations(1)
      ->UseManualTime();
}

}  // namespace bench
