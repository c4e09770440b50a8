// The usual load: connections that stay, each with so many messages in flight, and a new message
// for every answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/load/answers.hpp"
#include "common/load/cell.hpp"
#include "common/load/connect.hpp"
#include "common/load/epoll.hpp"
#include "common/load/load.hpp"
#include "common/load/pattern.hpp"

namespace load {

/// A closed loop: a message is sent when another one's answer is complete, and its latency goes
/// from before it is sent to when its last byte has been received.
class SteadyLoad final : public Load {
 public:
  /// Connects one after the other, each of which has a message answered: a server may have a short
  /// queue of those that wait to be accepted.
  SteadyLoad(const net::Address& server, const Cell& cell, Patience patience = k_patience);

  void exchange(std::uint64_t n) override;
  void expect_silence() override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Connection {
    net::Descriptor socket;
    std::uint32_t number;
    Position to_send;
    Answers answers;
    std::size_t unsent = 0;      // bytes of begun messages that the kernel has not taken yet
    std::size_t partial = 0;     // bytes that have come of a message whose end has not
    bool waits_to_send = false;  // epoll says when it can go on
    // A ring of the times when the messages in flight began.
    std::size_t oldest = 0;
    std::size_t newest = 0;
  };

  void connect(const net::Address& server, std::uint32_t number);
  void fill();
  void run();
  void turn();

  void begin(Connection& connection, std::size_t messages, Clock::time_point now);
  void send(Connection& connection);
  [[nodiscard]] std::size_t send_some(const Connection& connection) const;
  void wait_to_send(Connection& connection, bool wait);

  void receive(Connection& connection);
  [[nodiscard]] std::size_t complete(Connection& connection, std::size_t bytes,
                                     Clock::time_point now);
  [[noreturn]] void fail_stuck() const;

  const Cell cell_;
  const Patience patience_;
  Pattern pattern_;
  Epoll epoll_;
  std::vector<Connection> connections_;
  std::vector<Clock::time_point> began_;  // depth of them for each connection
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t first_ = 0;       // the connection that the next exchange begins with
  std::uint64_t to_begin_ = 0;  // messages of this exchange
  std::uint64_t to_finish_ = 0;
};

}  // namespace load
