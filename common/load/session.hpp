// One server in one cell: started, its connections made, and measured as often as is wanted.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/contract/command.hpp"
#include "common/contract/server.hpp"
#include "common/load/cell.hpp"
#include "common/load/cores.hpp"
#include "common/load/idle_connections.hpp"
#include "common/load/load.hpp"

namespace load {

/// What an exchange of messages has cost.
struct Cost {
  std::chrono::nanoseconds wall{};
  std::chrono::nanoseconds load_cpu{};
  std::chrono::nanoseconds server_cpu{};  // all threads and children
  double server_sleeps = 0;
  double stolen = 0;  // share of the server's core
};

/// What each idle connection has cost.
struct IdleCost {
  double bytes = 0;  // of the server's own memory
  std::chrono::duration<double> connecting{};
};

/// The words that start `command` by a shell which gives way to it.
[[nodiscard]] contract::Words by_shell(const std::string& command);

/// Owns the server and all connections to it. Everything throws std::runtime_error that says what
/// is wrong, with the server's last words if it has ended; the session is then of no more use.
class Session {
 public:
  /// `command` is what `contract::Server` starts, on this core if one is given. The first client
  /// has come and gone before anything is measured: what a runtime opens once is not an idle
  /// connection's.
  Session(contract::Words command, const Cell& cell, const std::optional<int>& core);

  void begin_measuring();
  void exchange(std::uint64_t n);
  /// What was exchanged since `begin_measuring`. The server's part goes back to the last look at
  /// it: nobody asks anything of it meanwhile, and a look at ten thousand processes takes a second.
  [[nodiscard]] Cost end_measuring();

  [[nodiscard]] const Histogram& latencies() const { return load_->latencies(); }
  /// Nothing if the cell has no idle connections.
  [[nodiscard]] const std::optional<IdleCost>& idle_cost() const { return idle_cost_; }
  [[nodiscard]] contract::Process& process() { return server_->process(); }

 private:
  void connect(const Cell& cell);
  void connect_idle(std::size_t n);
  [[nodiscard]] std::string explain(const char* trouble);
  template <typename Action>
  void explaining(Action action);

  // What the server has used of the machine so far.
  struct Usage {
    CoreTime core;
    std::uint64_t sleeps = 0;
    std::chrono::nanoseconds cpu{};
  };
  [[nodiscard]] Usage usage();

  std::optional<int> core_;
  std::optional<IdleCost> idle_cost_;
  Cost cost_;
  Usage usage_;  // when it was last looked at
  IdleConnections idle_;
  std::unique_ptr<Load> load_;
  // Last, so that it ends first: it need not see thousands of its clients reset.
  std::optional<contract::Server> server_;
};

}  // namespace load
