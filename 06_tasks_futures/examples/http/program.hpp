// The main program that the servers of HTTP share: the command line, the first
// line, the signals, the exit codes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/examples/http/server_options.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace http {

/// A server's command line and what surrounds its work. Times are in the
/// seconds of the examples.
///
///     int main(int argc, char** argv) {
///       return http::Program("What it is, in a line.", 8080)
///           .run(argc, argv, [] { return answer; });
///     }
class Program {
 public:
  /// What answers; made when the options are known.
  using MakeHandler = std::function<Handler()>;

  Program(std::string summary, std::uint16_t port)
      : summary_(std::move(summary)), port_(std::to_string(port)) {}

  /// Another option: a number of seconds. `chosen` holds its default, if it has
  /// one, receives what the user says, and outlives `run`.
  Program& add_seconds(std::string option, std::string help,
                       std::optional<double>& chosen);
  /// The same for a server: HOST:PORT.
  Program& add_server(std::string option, std::string help,
                      std::string& chosen);

  /// Reads the command line, listens, and serves until SIGINT or SIGTERM; then
  /// requests that have begun have a second. Gives the exit code: 0 when it
  /// served or answered --help or --version, 1 when it could not listen, 2 for
  /// a command line that it does not understand; each failure is one line on
  /// stderr.
  int run(int argc, char** argv, const MakeHandler& make_handler) const;

 private:
  template <typename T>
  struct Option {
    std::string name;
    std::string help;
    T* chosen;
  };

  void declare(CLI::App& app, std::string& host, std::string& port) const;

  std::string summary_;
  std::string port_;
  std::vector<Option<std::optional<double>>> seconds_;
  std::vector<Option<std::string>> servers_;
};

}  // namespace http
