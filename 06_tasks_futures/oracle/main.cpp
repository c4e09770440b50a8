// Runs the programs on stdin on our asyncio, and writes their traces: see
// oracle.py, which calls it.
#include <cstdio>
#include <exception>
#include <iostream>

#include "06_tasks_futures/oracle/interpreter.hpp"
#include "06_tasks_futures/oracle/program.hpp"

namespace {

void run(const oracle::Program& program) {
  std::cout << "trace " << program.seed << '\n';
  oracle::Interpreter interpreter(program);
  for (const std::string& line : interpreter.run_all()) {
    std::cout << line << '\n';
  }
  std::cout << "end" << std::endl;
}

}  // namespace

int main() {
  try {
    for (oracle::Program program; read(std::cin, program);) run(program);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
