// Connections that are there and say nothing, so that it shows what they cost.
#pragma once

#include <cstddef>
#include <vector>

#include "common/load/connect.hpp"

namespace load {

class IdleConnections {
 public:
  IdleConnections() = default;
  /// Connects one after the other; each has one answer of one byte, so that the server has done
  /// for it all that it does for a client.
  IdleConnections(const net::Address& server, std::size_t n, Patience patience = k_patience);

  /// Throws if the server has closed one of them, or has sent it anything.
  void expect_silence() const;

 private:
  std::vector<net::Descriptor> sockets_;
};

/// Connects, has one byte answered, and leaves.
void be_a_client(const net::Address& server, Patience patience = k_patience);

}  // namespace load
