// The sockets from which something may be taken before anybody asks for it, and
// what is on its way out.
#pragma once

#include <memory>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/arrivals.hpp"
#include "06_tasks_futures/asyncio/proactor/inflow.hpp"
#include "06_tasks_futures/asyncio/proactor/outflow.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor.hpp"

namespace asyncio {

/// Sockets that have a Watch: they are not closed before they are released.
/// While the kernel has a request for a socket, that stays open, even if its
/// descriptor is closed and means another one by then. The proactor outlives
/// it; one thread.
class KeptSockets {
 public:
  /// Throws std::system_error.
  explicit KeptSockets(Proactor& proactor)
      : proactor_(proactor), is_multishot_(has_limited_receive()) {}

  /// From here on it may be received from, and accepted at, ahead. Throws
  /// std::bad_alloc.
  void keep(int fd);
  /// From here on it may be closed: nothing is under way. What came and nobody
  /// has taken is lost; whoever waits is told.
  void release(int fd) noexcept;
  [[nodiscard]] bool is_kept(int fd) const noexcept;

  /// Those of a kept socket. Throws std::bad_alloc, std::system_error.
  [[nodiscard]] Inflow& inflow(int fd);
  [[nodiscard]] Arrivals& arrivals(int fd);
  [[nodiscard]] Outflow& outflow(int fd);

 private:
  struct Socket {
    bool is_kept = false;
    std::unique_ptr<Inflow, SocketRequest::Leave> inflow;
    std::unique_ptr<Arrivals, SocketRequest::Leave> arrivals;
    std::unique_ptr<Outflow> outflow;
  };

  [[nodiscard]] Socket& socket(int fd) noexcept {
    return sockets_[static_cast<std::size_t>(fd)];
  }

  Proactor& proactor_;
  bool is_multishot_;
  std::vector<Socket> sockets_;  // by descriptor
};

}  // namespace asyncio
