#include "common/bench/bench.hpp"

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

namespace bench {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  }
  return "unknown";
}

std::string kernel() {
  utsname names{};
  ::uname(&names);
  return std::string(names.sysname) + ' ' + names.release;
}

std::string compiler() {
#ifdef __clang__
  return std::string("clang ") + __clang_version__;
#else
  return std::string("g++ ") + __VERSION__;
#endif
}

// Ten thousand clients need ten thousand descriptors; most systems allow them, to those who ask.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string quoted(const std::string& word) {
  return word.find(' ') == std::string::npos ? word : '\'' + word + '\'';
}

}  // namespace

std::string command_line(int argc, char** argv) {
  std::string line = argv[0];
  for (int i = 1; i < argc; ++i) line += ' ' + quoted(argv[i]);
  return line;
}

std::size_t resident() {
  std::size_t size = 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> size >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

int run(int argc, char** argv, const std::string& command) {
  raise_descriptor_limit();
  benchmark::AddCustomContext("cpu", cpu_model());
  benchmark::AddCustomContext("kernel", kernel());
  benchmark::AddCustomContext("compiler", compiler());
  benchmark::AddCustomContext("command", command);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace bench
