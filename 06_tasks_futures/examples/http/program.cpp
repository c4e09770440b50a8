#include "06_tasks_futures/examples/http/program.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <exception>

#include <CLI/CLI.hpp>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/examples/http/server.hpp"
#include "06_tasks_futures/examples/http/url.hpp"
#include "06_tasks_futures/examples/stop_signals.hpp"
#include "common/cli/command_line.hpp"
#include "common/net/log.hpp"

namespace http {
namespace {

using asyncio::Coroutine;

constexpr std::chrono::seconds k_stop_grace{1};
constexpr double k_a_day = 86'400;

// To start_server an empty one is all addresses of this machine.
std::string check_host(const std::string& text) {
  return text.empty() ? "'' is not an address" : "";
}

std::string check_seconds(const std::string& text) {
  std::size_t end = 0;
  try {
    const double seconds = std::stod(text, &end);
    const bool is_short = seconds >= 0 && seconds <= k_a_day;  // nor NaN
    if (end == text.size() && is_short) return {};
  } catch (const std::exception&) {  // no number at all
  }
  return '\'' + text + "' is not a number of seconds from 0 to 86400";
}

/// `0.5`, without the zeros that std::to_string adds.
std::string text_of(double seconds) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), seconds).ptr;
  return {text.begin(), end};
}

std::string check_server(const std::string& text) {
  try {
    const Url url = parse_url("http://" + text + '/');
    const std::string port = ':' + std::to_string(url.port);
    const bool is_all =
        url.authority() == text || url.authority() + port == text;
    if (is_all && text.ends_with(port)) return {};
  } catch (const std::exception&) {  // no address at all
  }
  return '\'' + text + "' is not HOST:PORT, such as 127.0.0.1:8081";
}

Coroutine<> serve(Handler handler, std::string host, std::uint16_t port) {
  const Server server =
      co_await start_server(std::move(handler), std::move(host), port);
  examples::StopSignals stop;
  net::LineWriter out(STDOUT_FILENO);
  for (const std::string& name : server.sockets()) {
    out.write("listening on " + name);
  }
  co_await stop.wait();
  co_await server.stop(k_stop_grace);
}

}  // namespace

Program& Program::add_seconds(std::string option, std::string help,
                              std::optional<double>& chosen) {
  seconds_.push_back({std::move(option), std::move(help), &chosen});
  return *this;
}

Program& Program::add_server(std::string option, std::string help,
                             std::string& chosen) {
  servers_.push_back({std::move(option), std::move(help), &chosen});
  return *this;
}

void Program::declare(CLI::App& app, std::string& host,
                      std::string& port) const {
  cli::declare_help(app);
  app.add_option("--host", host,
                 "The address to listen on: IPv4, IPv6, or a name")
      ->type_name("ADDRESS")
      ->check(CLI::Validator(check_host, ""))
      ->capture_default_str();
  app.add_option("--port", port, "The port; 0 lets the kernel choose one")
      ->type_name("N (0 to 65535)")
      ->check(cli::whole_number(0, 65535))
      ->capture_default_str();
  for (const auto& [name, help, chosen] : seconds_) {
    CLI::Option* option = app.add_option(name, *chosen, help)
                              ->type_name("SECONDS")
                              ->check(CLI::Validator(check_seconds, ""));
    if (*chosen) option->default_str(text_of(**chosen));
  }
  for (const auto& [name, help, chosen] : servers_) {
    app.add_option(name, *chosen, help)
        ->type_name("HOST:PORT")
        ->check(CLI::Validator(check_server, ""))
        ->capture_default_str();
  }
}

int Program::run(int argc, char** argv, const MakeHandler& make_handler) const {
  cli::occupy_standard_descriptors();
  CLI::App app(summary_);
  std::string host = "127.0.0.1";
  std::string port = port_;
  declare(app, host, port);
  if (const auto code = cli::parse(app, argc, argv)) return *code;
  cli::outlive_readers();
  try {
    asyncio::run(serve(make_handler(), host,
                       static_cast<std::uint16_t>(std::stoi(port))));
    return 0;
  } catch (const std::exception& error) {
    cli::complain(error.what());
    return cli::k_cannot_serve;
  }
}

}  // namespace http
