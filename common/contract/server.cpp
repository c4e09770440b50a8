#include "common/contract/server.hpp"

#include <array>
#include <regex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "common/contract/client.hpp"
#include "common/contract/config.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

constexpr int k_attempts_to_start = 3;

Words words_for(const ServerOptions& options, std::uint16_t port) {
  const Words& command = config().command;
  if (!config().keeps_command_line) return with_port(command, port);
  const Words own = {"--port", std::to_string(port)};
  return joined(joined(without_port(command), own), options.more);
}

// The address in `listening on HOST:PORT`; empty if the line is not of that form.
std::optional<net::Address> address_in(const std::string& first_line) try {
  static const std::regex pattern(R"(listening on (?:\[([0-9a-f:]+)\]|([0-9.]+)):([0-9]{1,5}))");
  std::smatch match;
  if (!std::regex_match(first_line, match, pattern)) return std::nullopt;
  const std::string host = match[1].matched ? match[1] : match[2];
  return net::resolve(host, static_cast<std::uint16_t>(std::stoul(match[3])));
} catch (const std::runtime_error&) {
  return std::nullopt;
}

}  // namespace

Server::Server(const ServerOptions& options) {
  const bool may_try_again = !options.port && !config().keeps_command_line;
  for (int attempt = 1;; ++attempt) {
    try {
      start(options);
      return;
    } catch (const std::runtime_error&) {
      // Somebody may have taken the port between our look and the server's bind.
      if (!may_try_again || attempt == k_attempts_to_start || process_->is_running()) throw;
    }
  }
}

void Server::start(const ServerOptions& options) {
  const bool chooses_itself =
      config().keeps_command_line && !options.port && options.output != Output::closed;
  if (!chooses_itself && !options.port) reserved_.emplace();
  const std::uint16_t port =
      options.port ? *options.port : (reserved_ ? reserved_->number() : std::uint16_t{0});
  process_.emplace(
      Launch{words_for(options, port), options.output, options.max_descriptors, options.core});
  const bool says_where = config().keeps_command_line && options.output != Output::closed;
  says_where ? read_address() : find_address(port);
}

void Server::read_address() {
  const auto line = process_->out().wait_for_line(0, patience());
  const auto address = line ? address_in(*line) : std::nullopt;
  if (!address) {
    throw std::runtime_error("the first line is not 'listening on HOST:PORT'; " +
                             process_->report());
  }
  address_ = *address;
}

void Server::find_address(std::uint16_t port) {
  const std::array candidates = {net::resolve("127.0.0.1", port), net::resolve("::1", port)};
  const Deadline deadline = patience();
  while (!deadline.passed()) {
    for (const net::Address& candidate : candidates) {
      address_ = candidate;
      if (accepts_at(candidate)) return;
    }
    expect_running();
    nap();
  }
  throw std::runtime_error("nobody accepts at port " + std::to_string(port) + "; " +
                           process_->report());
}

bool Server::accepts_at(const net::Address& address) const try {
  Client(address).wait_until_connected();
  return true;
} catch (const std::system_error&) {
  return false;
}

void Server::expect_running() {
  if (!process_->is_running()) throw std::runtime_error(process_->report());
}

Footprint Server::settle_into(const Footprint& limit, const Deadline& deadline) const {
  Footprint now;
  [[maybe_unused]] const bool settled = eventually(
      [&] {
        now = footprint();
        return now.fits_into(limit);
      },
      deadline);
  return now;
}

Footprint Server::idle_footprint() const {
  const Footprint before = footprint();
  // What a runtime opens with its first client and keeps is no leak, hence the wait with an end.
  constexpr auto k_time_to_close = 100ms;
  {
    [[maybe_unused]] const std::string echoed = Client(address_).echo("warm up\n");
  }
  return settle_into(before, Deadline(k_time_to_close));
}

double Server::cpu_share_over(std::chrono::milliseconds time) const {
  const auto before = cpu_time_of(process_->pid());
  std::this_thread::sleep_for(time);
  const std::chrono::duration<double> used = cpu_time_of(process_->pid()) - before;
  return used / std::chrono::duration<double>(time);
}

}  // namespace contract
