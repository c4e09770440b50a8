// What comes on a connection, received before anybody asks for it.
#pragma once

#include <optional>

#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/socket_request.hpp"
#include "common/net/chunk.hpp"

namespace asyncio {

/// What a receive came to.
struct Received {
  net::Chunk chunk;  // empty at the end of the stream, or if it failed
  int error = 0;     // then: why
};

/// Receives again and again, into the proactor's buffers. What comes while
/// nobody waits is kept, until it fills a chunk: then it stops, and the kernel
/// keeps what follows. So a receive that is cancelled has taken nothing: the
/// next one gets it. If it is left, whoever waits is told ECANCELED.
class Inflow final : public SocketRequest {
 public:
  class Receiver {
   public:
    virtual void on_received(Received received) noexcept = 0;

   protected:
    ~Receiver() = default;
  };

  /// With a request for each receive if it is not `multishot`. Throws
  /// std::system_error.
  Inflow(Proactor& proactor, int fd, bool multishot)
      : SocketRequest(proactor, fd),
        buffers_(proactor.buffers()),
        is_multishot_(multishot) {}

  /// What has come by now; no value if one has to wait for it.
  [[nodiscard]] std::optional<Received> take() noexcept;

  /// Tells `receiver` once, when something has come. There is nothing to take,
  /// and nobody else waits. Throws std::system_error.
  void wait(Receiver& receiver);
  void stop_waiting() noexcept { receiver_ = nullptr; }
  [[nodiscard]] bool is_waited_for() const noexcept { return receiver_; }

 private:
  void on_result(const uring::Completion& completion) noexcept override;
  void close() noexcept override;
  void on_bytes(net::Chunk chunk) noexcept;
  void on_no_bytes(int error) noexcept;
  void deliver(Received received) noexcept;
  void arm();

  uring::Buffers& buffers_;
  bool is_multishot_;
  Receiver* receiver_ = nullptr;
  net::Chunk kept_;
  std::optional<int> outcome_;  // behind what is kept: zero at the end
};

/// Whether a multishot receive can be told when to stop (Linux 6.17). If not,
/// each receive is a request. Throws std::system_error.
[[nodiscard]] bool has_limited_receive();

}  // namespace asyncio
