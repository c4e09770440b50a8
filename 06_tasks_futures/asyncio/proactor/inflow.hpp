// What comes on a connection, received before anybody asks for it.
#pragma once

#include <optional>

#include "06_tasks_futures/asyncio/proactor/buffers.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/socket_request.hpp"
#include "common/net/chunk.hpp"

namespace asyncio {

/// Once somebody has waited, it receives again and again, into the proactor's
/// buffers, but no more than a chunk's worth. Then it stops until somebody
/// waits again, and the kernel keeps what follows.
class Inflow final : public SocketRequest {
 public:
  /// What a receive came to.
  struct Taken {
    net::Chunk chunk;  // empty at the end of the stream, or if it failed
    int error = 0;     // then: why
  };

  /// With a request for each receive if it is not `multishot`. Throws
  /// std::system_error.
  Inflow(Proactor& proactor, int fd, bool multishot)
      : SocketRequest(proactor, fd),
        buffers_(proactor.buffers()),
        is_multishot_(multishot) {}

  /// What has come by now; no value if one has to wait for it.
  [[nodiscard]] std::optional<Taken> take() noexcept;

 private:
  void start() override;
  void on_result(const uring::Completion& completion) noexcept override;
  void drop() noexcept override { kept_ = net::Chunk(); }
  void keep(net::Chunk chunk) noexcept;
  void on_shortage() noexcept;
  void on_end(int error) noexcept;
  [[nodiscard]] bool is_wanted() const noexcept {
    return is_waited_for() && !kept_;
  }

  uring::Buffers& buffers_;
  bool is_multishot_;
  bool is_much_ = false;  // what came last
  net::Chunk kept_;
  std::optional<int> end_;  // behind what is kept: zero, or the error
};

/// Whether a multishot receive can be told when to stop (Linux 6.17). If not,
/// each receive is a request. Throws std::system_error.
[[nodiscard]] bool has_limited_receive();

}  // namespace asyncio
