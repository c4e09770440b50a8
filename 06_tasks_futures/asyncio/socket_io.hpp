// How the tasks of a loop receive, send and accept: on a loop that is told what
// could be done, or on one that is told what has been done.
#pragma once

#include <cstddef>
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
  enum class Call : unsigned char { receive, send, accept };
  using Waiter = Descriptors::Waiter;

  SocketIo(const SocketIo&) = delete;
  SocketIo& operator=(const SocketIo&) = delete;
  virtual ~SocketIo() = default;

  /// See Descriptors.
  virtual void keep(int fd) = 0;
  virtual void release(int fd) noexcept = 0;

  /// These three: see 02_select/nonblocking.hpp.
  [[nodiscard]] virtual std::optional<Chunk> receive(
      Connection& client) noexcept = 0;
  /// On a loop that is told what has been done, a send has two calls: the first
  /// begins it, and `chunk` is the kernel's to read until `wait` tells or
  /// `stop` ends it; the next takes out of `chunk` what was sent.
  [[nodiscard]] virtual bool send_some(Connection& client,
                                       Chunk& chunk) noexcept = 0;
  [[nodiscard]] virtual select_loop::Accepted accept_client(
      const net::Descriptor& listener, net::Log& log) = 0;

  /// Whether bytes or clients may be there before anybody waits for them: then
  /// to try first costs no system call.
  [[nodiscard]] bool receives_ahead() const noexcept { return receives_ahead_; }

  /// Tells `waiter` once, when the call is worth trying again. Throws as
  /// Descriptors::wait does.
  virtual void wait(int fd, Call call, Waiter& waiter) = 0;
  /// It is not to be told any more. Gives how many bytes have been sent since
  /// `send_some`.
  virtual std::size_t stop(int fd, Call call,
                           const Waiter& waiter) noexcept = 0;

 protected:
  explicit SocketIo(bool receives_ahead) noexcept
      : receives_ahead_(receives_ahead) {}

 private:
  bool receives_ahead_;
};

/// On a loop that is told what could be done.
class ReadySockets final : public SocketIo {
 public:
  explicit ReadySockets(Descriptors& descriptors) noexcept
      : SocketIo(false), descriptors_(descriptors) {}

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
  void wait(int fd, Call call, Waiter& waiter) override {
    descriptors_.wait(fd, event_of(call), waiter);
  }
  std::size_t stop(int fd, Call call, const Waiter& waiter) noexcept override {
    descriptors_.remove(fd, event_of(call), waiter);
    return 0;
  }

 private:
  static Descriptors::Event event_of(Call call) noexcept {
    return call == Call::send ? selectors::k_event_write
                              : selectors::k_event_read;
  }

  Descriptors& descriptors_;
};

}  // namespace asyncio
