// Clients that come, say one message, hear it back and leave: what a server's accepting and
// closing costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/load/answers.hpp"
#include "common/load/cell.hpp"
#include "common/load/connect.hpp"
#include "common/load/epoll.hpp"
#include "common/load/load.hpp"
#include "common/load/pattern.hpp"

namespace load {

/// A message is one such life. So many of them are there at a time (less towards the end of an
/// exchange), numbered from 0. A latency goes from before a client connects to its answer's last
/// byte.
///
/// The client closes first, as clients do, and it closes when it has everything, so that no reset
/// is sent. Hence the kernel remembers the connection (TIME_WAIT) at the client's port for a
/// minute; that the ports don't run out, clients of an IPv4 server take turns at the addresses from
/// 127.0.0.2 to 127.0.0.254.
class ChurnLoad final : public Load {
 public:
  ChurnLoad(const net::Address& server, const Cell& cell, Patience patience = k_patience);

  void exchange(std::uint64_t n) override;
  void expect_silence() override {}  // nothing is open between two exchanges

 private:
  using Clock = std::chrono::steady_clock;

  struct Client {
    net::Descriptor socket;
    std::uint64_t life;
    Position to_send;
    Answers answers;
    std::size_t unsent;
    Clock::time_point began;
  };

  void begin(std::uint32_t place);
  [[nodiscard]] net::Descriptor begin_to_connect(std::uint64_t life) const;
  void on_ready(std::uint32_t place);
  void send(Client& client) const;
  void receive(Client& client);
  [[noreturn]] void fail_stuck() const;

  const net::Address server_;
  const Cell cell_;
  const Patience patience_;
  Pattern pattern_;
  Epoll epoll_;
  std::vector<Client> clients_;  // by their places
  std::vector<std::byte> buffer_;
  std::uint64_t next_life_ = 0;
  std::uint64_t to_begin_ = 0;  // lives of this exchange
  std::uint64_t to_finish_ = 0;
};

}  // namespace load
