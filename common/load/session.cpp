#include "common/load/session.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>
#include <utility>

#include "common/contract/config.hpp"
#include "common/load/churn_load.hpp"
#include "common/load/steady_load.hpp"
#include "common/load/text.hpp"

namespace load {

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// What a program has open besides its connections: pipes, an epoll, files of /proc.
constexpr std::size_t k_other_descriptors = 64;

// The kernel counts the CPU of somebody else's thread that goes on running only at its ticks.
constexpr std::chrono::milliseconds k_longest_tick{10};

rlim_t most_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max;
}

void expect_enough_descriptors(const Cell& cell) {
  const rlim_t most =
      std::max<rlim_t>(most_descriptors(), k_other_descriptors) - k_other_descriptors;
  if (descriptors_of(cell) <= most) return;
  throw std::runtime_error(with_commas(descriptors_of(cell)) + " connections are too many: the " +
                           "limit of open descriptors (ulimit -Hn) allows " + with_commas(most));
}

std::chrono::nanoseconds cpu_time_of_thread() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::unique_ptr<Load> load_for(const net::Address& server, const Cell& cell) {
  if (cell.churn) return std::make_unique<ChurnLoad>(server, cell);
  return std::make_unique<SteadyLoad>(server, cell);
}

}  // namespace

contract::Words by_shell(const std::string& command) {
  return {"/bin/sh", "-c", "exec " + command};
}

Session::Session(contract::Words command, const Cell& cell, const std::optional<int>& core)
    : core_(core) {
  expect_enough_descriptors(cell);
  contract::Config config;
  config.command = std::move(command);
  contract::set_config(config);
  server_.emplace(contract::ServerOptions{.output = contract::Output::last_lines_read,
                                          .max_descriptors = most_descriptors(),
                                          .core = core});
  explaining([&] { connect(cell); });
}

void Session::connect(const Cell& cell) {
  be_a_client(server_->address());
  if (cell.idle > 0) connect_idle(cell.idle);
  load_ = load_for(server_->address(), cell);
  usage_ = usage();
}

void Session::connect_idle(std::size_t n) {
  const auto memory_before = static_cast<double>(server_->memory());
  const auto begin = Clock::now();
  idle_ = IdleConnections(server_->address(), n);
  const std::chrono::duration<double> connecting = Clock::now() - begin;
  const auto count = static_cast<double>(n);
  const double memory = static_cast<double>(server_->memory()) - memory_before;
  idle_cost_ = {memory / count, connecting / count};
}

Session::Usage Session::usage() {
  return {time_of(core_), contract::sleeps_of(process().pid()),
          contract::cpu_time_of(process().pid())};
}

void Session::begin_measuring() {
  cost_ = {};
  load_->forget_latencies();
}

void Session::exchange(std::uint64_t n) {
  const auto cpu_before = cpu_time_of_thread();
  const auto begin = Clock::now();
  explaining([&] { load_->exchange(n); });
  cost_.wall += Clock::now() - begin;
  cost_.load_cpu += cpu_time_of_thread() - cpu_before;
}

Cost Session::end_measuring() {
  const Usage before = std::exchange(usage_, usage());
  cost_.server_cpu = usage_.cpu - before.cpu;
  if (cost_.server_cpu <= 0ns && cost_.wall > 2 * k_longest_tick) {
    throw std::runtime_error(
        "the server's CPU can't be seen: a process that it isn't the parent "
        "of serves in its place");
  }
  cost_.server_sleeps = static_cast<double>(usage_.sleeps) - static_cast<double>(before.sleeps);
  cost_.stolen = stolen_share(before.core, usage_.core);
  explaining([this] {
    load_->expect_silence();
    idle_.expect_silence();
  });
  return cost_;
}

template <typename Action>
void Session::explaining(Action action) try {
  action();
} catch (const std::exception& error) {
  throw std::runtime_error(explain(error.what()));
}

// A server that ends closes its connections a little before it can be waited for.
std::string Session::explain(const char* trouble) {
  if (!process().wait_for_end(contract::Deadline(200ms))) return trouble;
  return std::string(trouble) + "; " + process().report();
}

}  // namespace load
