// How the tasks of a loop receive, send and accept: on a loop that is told what
// could be done, or on one that is told what has been done.
#pragma once

#include <optional>

#include "02_select/nonblocking.hpp"
#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "common/net/chunk.hpp"
#include "common/net/connection.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

using net::Chunk;
using net::Connection;

/// Chapter 2's three calls, and to wait where they would have had to. The
/// sockets stay their owners'. The loop's thread.
class SocketIo {
 public:
  using Event = Descriptors::Event;
  using Waiter = Descriptors::Waiter;

  SocketIo() = default;
  SocketIo(const SocketIo&) = delete;
  SocketIo& operator=(const SocketIo&) = delete;
  virtual ~SocketIo() = default;

  /// See Descriptors.
  virtual void keep(int fd) = 0;
  virtual void release(int fd) noexcept = 0;

  /// See 02_select/nonblocking.hpp.
  [[nodiscard]] virtual std::optional<Chunk> receive(
      Connection& client) noexcept = 0;
  [[nodiscard]] virtual bool send_some(Connection& client,
                                       Chunk& chunk) noexcept = 0;
  [[nodiscard]] virtual select_loop::Accepted accept_client(
      const net::Descriptor& listener, net::Log& log) = 0;

  /// Tells `waiter` once, when the call is worth trying again: to receive or
  /// accept (k_event_read), or to send. Throws as Descriptors::wait does.
  virtual void wait(int fd, Event event, Waiter& waiter) = 0;
  /// It is not to be told any more.
  virtual void stop(int fd, Event event, const Waiter& waiter) noexcept = 0;
};

/// On a loop that is told what could be done.
class ReadySockets final : public SocketIo {
 public:
  explicit ReadySockets(Descriptors& descriptors) noexcept
      : descriptors_(descriptors) {}

  void keep(int fd) override { descriptors_.keep(fd); }
  void release(int fd) noexcept override { descriptors_.release(fd); }
  std::optional<Chunk> receive(Connection& client) noexcept override {
    return select_loop::receive(client);
  }
  bool send_some(Connection& client, Chunk& chunk) noexcept override {
    return select_loop::send_some(client, chunk);
  }
  select_loop::Accepted accept_client(const net::Descriptor& listener,
                                      net::Log& log) override {
    return select_loop::accept_client(listener, log);
  }
  void wait(int fd, Event event, Waiter& waiter) override {
    descriptors_.wait(fd, event, waiter);
  }
  void stop(int fd, Event event, const Waiter& waiter) noexcept override {
    descriptors_.remove(fd, event, waiter);
  }

 private:
  Descriptors& descriptors_;
};

}  // namespace asyncio
