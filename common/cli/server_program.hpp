// The main program that all servers share: the command line, the first line, the exit codes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"

namespace cli {

/// A server's command line and what surrounds its work.
///
///     int main(int argc, char** argv) {
///       return cli::ServerProgram("What it is, in a line.").run(argc, argv, serve);
///     }
class ServerProgram {
 public:
  /// What serves: may close or take over the listening socket, says in the log that it
  /// listens once it does, and returns when it was asked to stop.
  using Serve = std::function<void(net::Descriptor& listener, net::Log& log)>;

  explicit ServerProgram(std::string summary) : summary_(std::move(summary)) {}

  /// One more option, whose value must be one of `values`. `chosen` holds its default, receives
  /// what the user says, and outlives `run`.
  ServerProgram& add_choice(std::string option, std::string help, std::vector<std::string> values,
                            std::string& chosen);

  /// One more option, whose value must be a whole number from `least` to `most`. `chosen` as above.
  ServerProgram& add_count(std::string option, std::string help, int least, int most, int& chosen);

  /// Reads the command line, listens, serves. Gives the exit code: 0
  /// when it served or answered --help or --version, 1 when it could not listen or serve, 2 for a
  /// command line it does not understand; each failure is one line on stderr.
  int run(int argc, char** argv, const Serve& serve) const;

 private:
  struct Choice {
    std::string option;
    std::string help;
    std::vector<std::string> values;
    std::string* chosen;
  };

  struct Count {
    std::string option;
    std::string help;
    int least;
    int most;
    int* chosen;
  };

  std::string summary_;
  std::vector<Choice> choices_;
  std::vector<Count> counts_;
};

}  // namespace cli
