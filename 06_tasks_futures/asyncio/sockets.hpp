// Calls on sockets that wait: only the task that calls them does. In Python
// they are methods of the loop; here they are functions. What differs from one
// kind of loop to the other is in socket_io.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/readiness.hpp"
#include "06_tasks_futures/asyncio/socket_io.hpp"
#include "06_tasks_futures/asyncio/watch.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

// Python's five, which go by readiness on every kind of loop. The socket does
// not block (net::set_nonblocking), and is not closed while somebody waits.
// What goes wrong is a std::system_error.

/// Waits until something comes on `fd`, and gives it, up to 64 KiB; empty at
/// the end of the stream. Cancelled, it has taken nothing.
Coroutine<Chunk> sock_recv(int fd);

/// The same, into `buffer`, which stays the caller's: how many bytes; zero at
/// the end of the stream.
Coroutine<std::size_t> sock_recv_into(int fd, std::span<std::byte> buffer);

/// Waits until all of `bytes`, which stay the caller's, have been handed to the
/// kernel. If it fails or is cancelled, nobody knows how many have.
Coroutine<> sock_sendall(int fd, std::span<const std::byte> bytes);

/// Waits until `fd` is connected with `address`.
Coroutine<> sock_connect(int fd, net::Address address);

/// Waits for a client of `listener`, and gives its socket, which does not block
/// either, and its address. Cancelled, it has taken nobody.
Coroutine<std::pair<net::Descriptor, net::Address>> sock_accept(int listener);

// Chapter 1's three, as chapter 5 has them: a client that is gone is no error.
// They are what a server does most, so the first two are no coroutines: what
// they wait with is in the frame of whoever awaits them.

// [region receiving]
/// A wait to receive, send or accept, in the way of the loop.
class SocketWait : public DescriptorWait {
 protected:
  SocketWait(int fd, SocketIo::Call call) noexcept
      : DescriptorWait(fd), call_(call) {}
  ~SocketWait() { stop(); }

 private:
  void watch() final;
  void unwatch() noexcept final;
  virtual void on_sent(std::size_t /*n*/) noexcept {}

  SocketIo::Call call_;
};

/// What `receive` gives. Until it is awaited it may be copied.
class [[nodiscard]] Receiving final : public SocketWait {
 public:
  explicit Receiving(Connection& client) noexcept
      : SocketWait(client.fd(), SocketIo::Call::receive), client_(client) {}
  Receiving(const Receiving& other) noexcept : Receiving(other.client_) {}
  Receiving& operator=(const Receiving&) = delete;

  bool await_ready() noexcept;
  Chunk await_resume() {
    check();
    return std::move(chunk_);
  }

 private:
  bool call() noexcept override;

  Connection& client_;
  Chunk chunk_;
};

/// What `send_all` gives. Until it is awaited it may be copied.
class [[nodiscard]] SendingAll final : public SocketWait {
 public:
  SendingAll(Connection& client, Chunk& chunk) noexcept
      : SocketWait(client.fd(), SocketIo::Call::send),
        client_(client),
        chunk_(chunk) {}
  SendingAll(const SendingAll& other) noexcept
      : SendingAll(other.client_, other.chunk_) {}
  SendingAll& operator=(const SendingAll&) = delete;
  ~SendingAll() { stop(); }  // here, while on_sent is this class's

  bool await_ready() noexcept { return call(); }
  void await_resume() const { check(); }

 private:
  bool call() noexcept override;
  void on_sent(std::size_t n) noexcept override { chunk_.drop_front(n); }

  Connection& client_;
  Chunk& chunk_;
};
// [end receiving]

/// Waits until `client` sends something and gives what came, up to 64 KiB.
/// Empty at the end of the stream, and when the client is gone. Throws what
/// `readable` throws. Cancelled, it has taken nothing.
inline Receiving receive(Connection& client) noexcept {
  return Receiving(client);
}

/// Waits until all of `chunk` has been handed to the kernel. If the client is
/// gone it abandons the connection, so that the next `receive` gives the end.
/// Cancelled, it leaves in `chunk` what has not been sent.
inline SendingAll send_all(Connection& client, Chunk& chunk) noexcept {
  return {client, chunk};
}

/// Waits for the next client. While descriptors or memory are short it leaves
/// them waiting and looks again a little later. Throws std::system_error for
/// what is no client's doing.
Coroutine<Connection> accept_client(const net::Descriptor& listener,
                                    net::Log& log);

}  // namespace asyncio
