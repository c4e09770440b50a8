// The clients of a listener, accepted before anybody asks for them.
#pragma once

#include <optional>

#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/socket_request.hpp"
#include "06_tasks_futures/asyncio/ring.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// What an accept came to.
struct Accepted {
  net::Descriptor socket;  // it does not block; empty if it failed
  int error = 0;           // then: why
};

/// Accepts again and again. It owns those whom nobody has asked for yet, and
/// stops for a while when there are many. If it is left, whoever waits is told
/// ECANCELED.
class Arrivals final : public SocketRequest {
 public:
  class Acceptor {
   public:
    virtual void on_accepted(Accepted accepted) noexcept = 0;

   protected:
    ~Acceptor() = default;
  };

  Arrivals(Proactor& proactor, int fd) noexcept : SocketRequest(proactor, fd) {}

  /// One who has come by now; no value if one has to wait.
  [[nodiscard]] std::optional<Accepted> take() noexcept;

  /// Tells `acceptor` once, when somebody has come. There is nobody to take,
  /// and nobody else waits. Throws std::system_error.
  void wait(Acceptor& acceptor);
  void stop_waiting() noexcept { acceptor_ = nullptr; }
  [[nodiscard]] bool is_waited_for() const noexcept { return acceptor_; }

 private:
  void on_result(const uring::Completion& completion) noexcept override;
  void close() noexcept override;
  void on_client(net::Descriptor socket) noexcept;
  void on_nobody(int error) noexcept;
  void deliver(Accepted accepted) noexcept;
  void arm();

  Acceptor* acceptor_ = nullptr;
  Ring<net::Descriptor> kept_;
  std::optional<int> error_;
};

}  // namespace asyncio
