#include "common/cli/server_program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <CLI/CLI.hpp>

#include "common/net/address.hpp"
#include "common/net/listen.hpp"
#include "version.hpp"

namespace cli {
namespace {

constexpr int k_cannot_serve = 1;
constexpr int k_wrong_usage = 2;

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "5000";
  bool quiet = false;

  [[nodiscard]] std::uint16_t port_number() const {
    return static_cast<std::uint16_t>(std::stoi(port));
  }
};

// CLI11 puts the option's name before what a validator says.
std::string check_port(const std::string& text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, port);
  if (ec == std::errc() && rest == end) return {};
  return '\'' + text + "' is not a whole number from 0 to 65535";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

CLI::Validator one_of(const std::vector<std::string>& values) {
  return CLI::Validator(
      [values](const std::string& text) {
        const bool known = std::find(values.begin(), values.end(), text) != values.end();
        return known ? std::string() : '\'' + text + "' is not one of: " + joined(values);
      },
      joined(values));
}

void declare(CLI::App& app, Options& options) {
  app.set_help_flag("--help", "Print this and exit");
  app.set_version_flag("--version", std::string("Echo Ladder ") + k_version, "Print it and exit");
  app.add_option("--host", options.host,
                 "The address to listen on: IPv4, IPv6, or a name, whose first address it is")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--port", options.port, "The port; 0 lets the kernel choose one")
      ->type_name("N (0 to 65535)")
      ->check(CLI::Validator(check_port, ""))
      ->capture_default_str();
  app.add_flag("--quiet", options.quiet, "Say nothing of clients that come and go");
}

std::string known_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  return joined(names);
}

// One line on stderr, even if nobody reads it and whatever the user typed.
void complain(std::string line) {
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  net::LineWriter(STDERR_FILENO).write(line);
}

int report_wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  std::string line = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    line += "; the options are " + known_options(app);
  }
  complain(line);
  return k_wrong_usage;
}

// A program started with stdin, stdout or stderr closed would give their numbers to its sockets,
// and then write log lines to a client.
void occupy_standard_descriptors() {
  int fd = 0;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  ::close(fd);
}

net::Descriptor listen(const Options& options) {
  try {
    return net::listen_on(net::resolve(options.host, options.port_number()));
  } catch (const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    throw std::runtime_error("cannot listen on " +
                             net::to_string(options.host, options.port_number()) + ": " +
                             (system != nullptr ? system->code().message() : error.what()));
  }
}

int serve_clients(const Options& options, const ServerProgram::Serve& serve) {
  // Nobody may be left to read our output, or no room in its file: no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::ParseError& error) {
    return report_wrong_usage(app, error);
  }
  return serve_clients(options, serve);
}

}  // namespace cli
