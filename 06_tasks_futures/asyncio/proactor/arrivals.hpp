// The clients of a listener, accepted before anybody asks for them.
#pragma once

#include <optional>

#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/socket_request.hpp"
#include "06_tasks_futures/asyncio/ring.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Once somebody has waited, it accepts again and again. It owns those whom
/// nobody has taken, and stops when there are many, until somebody waits again.
class Arrivals final : public SocketRequest {
 public:
  /// What an accept came to.
  struct Taken {
    net::Descriptor socket;  // it does not block; empty if it failed
    int error = 0;           // then: why
  };

  Arrivals(Proactor& proactor, int fd) noexcept : SocketRequest(proactor, fd) {}

  /// One who has come by now; no value if one has to wait.
  [[nodiscard]] std::optional<Taken> take() noexcept;

 private:
  void start() override;
  void on_result(const uring::Completion& completion) noexcept override;
  void drop() noexcept override;
  void keep(net::Descriptor socket) noexcept;
  void on_nobody(int error) noexcept;

  Ring<net::Descriptor> kept_;
  std::optional<int> error_;  // behind those who are kept
};

}  // namespace asyncio
