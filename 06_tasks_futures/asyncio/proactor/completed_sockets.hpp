// How tasks receive, send and accept on a loop that is told what has been done.
#pragma once

#include <cstddef>
#include <optional>

#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"
#include "06_tasks_futures/asyncio/socket_io.hpp"

namespace asyncio {

/// Those that are kept are received from, and accepted at, ahead; all others
/// are what they are on any loop. Both, the selector and the descriptors that
/// stand on it, outlive it.
class CompletedSockets final : public SocketIo {
 public:
  CompletedSockets(UringSelector& selector, Descriptors& descriptors) noexcept
      : SocketIo(true),
        kept_(selector.sockets()),
        descriptors_(descriptors),
        others_(descriptors) {}

  void keep(int fd) override;
  void release(int fd) noexcept override;

  std::optional<Chunk> receive(Connection& client) noexcept override;
  bool send_some(Connection& client, Chunk& chunk) noexcept override;
  select_loop::Accepted accept_client(const net::Descriptor& listener,
                                      net::Log& log) override;

  void wait(int fd, Call call, Waiter& waiter) override;
  std::size_t stop(int fd, Call call, const Waiter& waiter) noexcept override;

 private:
  template <typename Flow>
  static void wait(Flow& flow, int fd, Waiter& waiter) {
    if (flow.is_waited_for()) throw Descriptors::already_waited_for(fd);
    flow.wait(waiter);
  }

  KeptSockets& kept_;
  Descriptors& descriptors_;
  ReadySockets others_;
};

}  // namespace asyncio
