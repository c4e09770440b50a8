// The main function of benchmarks that have no options of their own.
#include "common/bench/bench.hpp"

int main(int argc, char** argv) {
  return bench::run(argc, argv, bench::command_line(argc, argv));
}
