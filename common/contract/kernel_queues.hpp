// How many bytes wait in the kernel on the server's side of a connection. With what the client
// knows of its own side, the difference is what the server itself holds at that moment.
#pragma once

#include <cstddef>
#include <optional>

#include "common/contract/client.hpp"

namespace contract {

struct KernelQueues {
  std::size_t unread = 0;          // have arrived, and the server has not received them yet
  std::size_t unacknowledged = 0;  // the server has sent them, the client's kernel has them not
};

// Empty where the kernel does not tell (sock_diag(7) is an option of its build).
[[nodiscard]] std::optional<KernelQueues> server_side_queues(const Client& client);

// The same of the client's own side.
[[nodiscard]] std::size_t unsent_by(const Client& client);
[[nodiscard]] std::size_t readable_by(const Client& client);

}  // namespace contract
