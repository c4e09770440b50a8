// The server under test, started and accepting. Servers that keep the contract's command line get
// `--port 0` and say where they listen; all others get a free port and are ready when they accept.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/contract/process.hpp"
#include "common/contract/process_tree.hpp"
#include "common/contract/reserved_port.hpp"
#include "common/net/address.hpp"

namespace contract {

struct ServerOptions {
  std::optional<std::uint16_t> port = {};  // this one and no other
  Words more = {};                         // only for servers that keep the command line
  Output output = Output::read;
  rlim_t max_descriptors = 4096;
  std::optional<int> core = {};  // the only one on which it may run
};

class Server {
 public:
  // Throws, with the server's last lines, if it does not come to accept.
  explicit Server(const ServerOptions& options = {});

  [[nodiscard]] const net::Address& address() const { return address_; }
  [[nodiscard]] Process& process() { return *process_; }

  [[nodiscard]] Footprint footprint() const { return footprint_of(process_->pid()); }
  [[nodiscard]] std::uint64_t memory() const { return memory_of(process_->pid()); }
  // Waits until it occupies no more than `limit`; what it occupies then.
  [[nodiscard]] Footprint settle_into(const Footprint& limit, const Deadline& deadline) const;
  // What it occupies when it has served a client and is idle again.
  [[nodiscard]] Footprint idle_footprint() const;
  // The share of one core that it uses, all threads and processes together.
  [[nodiscard]] double cpu_share_over(std::chrono::milliseconds time) const;

 private:
  void start(const ServerOptions& options);
  void read_address();
  void find_address(std::uint16_t port);
  [[nodiscard]] bool accepts_at(const net::Address& address) const;
  void expect_running();

  std::optional<ReservedPort> reserved_;
  std::optional<Process> process_;
  net::Address address_;
};

}  // namespace contract
