// One client: its socket, who it is, and how much came from it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"

namespace net {

/// Owns a client's socket, and says in the log when the client came and when it
/// is gone. Move-only; one thread at a time. The log outlives it.
class Connection {
 public:
  Connection(Descriptor socket, const Address& peer, Log& log);
  Connection(Connection&& other) noexcept = default;
  Connection& operator=(Connection&& other) = delete;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] int fd() const noexcept { return socket_.get(); }

  /// `n` more bytes were received.
  void count(std::size_t n) noexcept { bytes_ += n; }

  /// Closes this process's copy without a word: a forked child serves the
  /// client with its own.
  void leave_to_other_process() noexcept { socket_.close(); }

  /// The peer is gone or cannot be sent to: nothing more is to be received or
  /// sent.
  void abandon() noexcept { abandoned_ = true; }
  [[nodiscard]] bool is_abandoned() const noexcept { return abandoned_; }

 private:
  Descriptor socket_;
  bool abandoned_ = false;
  Address peer_;
  std::uint64_t bytes_ = 0;
  Log* log_;
};

}  // namespace net
