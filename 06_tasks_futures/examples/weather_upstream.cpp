// The server behind the gateway, as a program: it takes its time.
#include <optional>

#include "06_tasks_futures/examples/http/program.hpp"
#include "06_tasks_futures/examples/upstream.hpp"

int main(int argc, char** argv) {
  std::optional<double> delay;
  return http::Program(
             "Knows the weather of twelve cities, and takes its time.", 8081)
      .add_seconds("--delay",
                   "How long each answer takes; if not said, each its own time",
                   delay)
      .run(argc, argv, [&] { return examples::upstream_handler(delay); });
}
