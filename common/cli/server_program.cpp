#include "common/cli/server_program.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <CLI/CLI.hpp>

#include "common/cli/command_line.hpp"
#include "common/net/address.hpp"
#include "common/net/listen.hpp"

namespace cli {
namespace {

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "5000";
  bool quiet = false;

  [[nodiscard]] std::uint16_t port_number() const {
    return static_cast<std::uint16_t>(std::stoi(port));
  }
};

void declare(CLI::App& app, Options& options) {
  declare_help(app);
  app.add_option("--host", options.host,
                 "The address to listen on: IPv4, IPv6, or a name, whose first address it is")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--port", options.port, "The port; 0 lets the kernel choose one")
      ->type_name("N (0 to 65535)")
      ->check(whole_number(0, 65535))
      ->capture_default_str();
  app.add_flag("--quiet", options.quiet, "Say nothing of clients that come and go");
}

net::Descriptor listen(const Options& options) {
  try {
    return net::listen_on(net::resolve(options.host, options.port_number()));
  } catch (const std::system_error& error) {
    throw std::system_error(
        error.code(), "cannot listen on " + net::to_string(options.host, options.port_number()));
  }
}

int serve_clients(const Options& options, const ServerProgram::Serve& serve) {
  outlive_readers();
  try {
    net::Log log(options.quiet);
    net::Descriptor listener = listen(options);
    serve(listener, log);
    return 0;
  } catch (const std::exception& error) {
    complain(error.what());
    return k_cannot_serve;
  }
}

}  // namespace

ServerProgram& ServerProgram::add_choice(std::string option, std::string help,
                                         std::vector<std::string> values, std::string& chosen) {
  choices_.push_back({std::move(option), std::move(help), std::move(values), &chosen});
  return *this;
}

ServerProgram& ServerProgram::add_count(std::string option, std::string help, int least, int most,
                                        int& chosen) {
  counts_.push_back({std::move(option), std::move(help), least, most, &chosen});
  return *this;
}

int ServerProgram::run(int argc, char** argv, const Serve& serve) const {
  occupy_standard_descriptors();
  CLI::App app(summary_);
  Options options;
  declare(app, options);
  for (const Choice& choice : choices_) {
    app.add_option(choice.option, *choice.chosen, choice.help)
        ->check(one_of(choice.values))
        ->capture_default_str();
  }
  std::deque<std::string> digits;  // CLI11 would take those of 010 for octal ones
  for (const Count& count : counts_) {
    digits.push_back(std::to_string(*count.chosen));
    app.add_option(count.option, digits.back(), count.help)
        ->type_name("N (" + std::to_string(count.least) + " to " + std::to_string(count.most) + ")")
        ->check(whole_number(count.least, count.most))
        ->capture_default_str();
  }
  if (const std::optional<int> code = parse(app, argc, argv)) return *code;
  for (const Count& count : counts_) {
    *count.chosen = std::stoi(digits.front());
    digits.pop_front();
  }
  return serve_clients(options, serve);
}

}  // namespace cli
