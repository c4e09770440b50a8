// To wait for descriptors, and the calls on sockets that wait: only the task
// that calls them does. In Python they are methods of the loop; here they are
// functions, so that the loop need not know what a socket is.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include "02_select/nonblocking.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

using net::Chunk;
using net::Connection;

/// A wait for a descriptor, in the frame of whoever waits. Until it is awaited
/// it may be copied.
class [[nodiscard]] Readiness final : public Descriptors::Waiter,
                                      public Waited {
 public:
  Readiness(int fd, Descriptors::Event event) noexcept
      : fd_(fd), event_(event) {}
  Readiness(const Readiness& other) noexcept
      : Readiness(other.fd_, other.event_) {}
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness() {
    if (state_ == State::waiting) stop();  // the loop closes
  }

  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    start(task_of(self.promise()));
  }
  void await_resume() const {
    if (state_ == State::cancelled) throw task_->wait_cancelled();
    task_->throw_if_cancelled();
    if (error_) std::rethrow_exception(error_);
  }

  void on_ready(const std::exception_ptr& error) noexcept override;
  bool cancel(const std::string& message) override;

 private:
  enum class State : unsigned char { made, waiting, over, cancelled };

  void start(TaskBase& task);
  void stop() noexcept;
  [[nodiscard]] Descriptors& descriptors() const noexcept;

  int fd_;
  Descriptors::Event event_;
  State state_ = State::made;
  TaskBase* task_ = nullptr;
  std::exception_ptr error_;  // why nobody can wait for it any more
};

/// Waits until there is something to read on `fd`: bytes, a client, the end, or
/// an error. One task at a time may wait for that: the second gets a
/// RuntimeError. Throws what the selector throws. `fd` stays open meanwhile.
inline Readiness readable(int fd) noexcept {
  return {fd, selectors::k_event_read};
}

/// The same until there is room to write on `fd`, or an error.
inline Readiness writable(int fd) noexcept {
  return {fd, selectors::k_event_write};
}

/// Keeps a descriptor registered from one wait to the next, which saves two
/// system calls for each. It is to die before the descriptor is closed: whoever
/// waits for that gets a RuntimeError. The loop outlives it.
class [[nodiscard]] Watch {
 public:
  /// In the loop that runs. Throws RuntimeError if none does, ValueError if
  /// `fd` is negative, std::bad_alloc.
  explicit Watch(int fd) : descriptors_(get_running_loop().descriptors()) {
    descriptors_.keep(fd);
    fd_ = fd;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { descriptors_.release(fd_); }

 private:
  Descriptors& descriptors_;
  int fd_ = -1;
};

// Python's four. The socket does not block (net::set_nonblocking), and is not
// closed while somebody waits. What goes wrong is a std::system_error.

/// Waits until something comes on `fd`, and gives it, up to 64 KiB; empty at
/// the end of the stream. Cancelled, it has taken nothing.
Coroutine<Chunk> sock_recv(int fd);

/// Waits until all of `bytes`, which stay the caller's, have been handed to the
/// kernel. If it fails or is cancelled, nobody knows how many have.
Coroutine<> sock_sendall(int fd, std::span<const std::byte> bytes);

/// Waits until `fd` is connected with `address`.
Coroutine<> sock_connect(int fd, net::Address address);

/// Waits for a client of `listener`, and gives its socket, which does not block
/// either, and its address. Cancelled, it has taken nobody.
Coroutine<std::pair<net::Descriptor, net::Address>> sock_accept(int listener);

// Chapter 1's three, as chapter 5 has them: a client that is gone is no error.

/// Waits until `client` sends something and gives what came, up to 64 KiB.
/// Empty at the end of the stream, and when the client is gone. Throws what
/// `readable` throws. Cancelled, it has taken nothing.
Coroutine<Chunk> receive(Connection& client);

/// Waits until all of `chunk` has been handed to the kernel. If the client is
/// gone it abandons the connection, so that the next `receive` gives the end.
/// Cancelled, it leaves in `chunk` what has not been sent.
Coroutine<> send_all(Connection& client, Chunk& chunk);

/// Waits for the next client. While descriptors or memory are short it leaves
/// them waiting and looks again a little later. Throws std::system_error for
/// what is no client's doing.
Coroutine<Connection> accept_client(const net::Descriptor& listener,
                                    net::Log& log);

}  // namespace asyncio
