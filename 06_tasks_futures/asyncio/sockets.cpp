#include "06_tasks_futures/asyncio/sockets.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/sleep.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

/// The result of a system call; no value if it would have had to wait. Throws
/// std::system_error.
std::optional<std::size_t> checked_unless_waiting(ssize_t result,
                                                  const char* doing) {
  if (result >= 0) return static_cast<std::size_t>(result);
  if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
  throw net::last_error(doing);
}

/// Throws if `error` is one.
void check_connected(int error, const net::Address& address) {
  if (error == 0) return;
  throw std::system_error(error, std::generic_category(),
                          "connect to " + net::to_string(address));
}

/// What has become of a connection that was begun (connect(2), EINPROGRESS).
int error_of(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  net::checked(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size),
               "getsockopt");
  return error;
}

/// No value, if there is nothing after all.
std::optional<std::size_t> try_to_receive(int fd, std::span<std::byte> space) {
  const ssize_t n =
      net::retry([&] { return ::recv(fd, space.data(), space.size(), 0); });
  return checked_unless_waiting(n, "recv");
}

}  // namespace

Coroutine<Chunk> sock_recv(int fd) {
  while (true) {
    co_await readable(fd);
    Chunk chunk = Chunk::borrow();
    if (chunk.space().empty()) throw std::bad_alloc();
    const auto received = try_to_receive(fd, chunk.space());
    if (!received) continue;
    chunk.fill(*received);
    co_return std::move(chunk);
  }
}

Coroutine<std::size_t> sock_recv_into(int fd, std::span<std::byte> buffer) {
  while (true) {
    co_await readable(fd);
    if (const auto received = try_to_receive(fd, buffer)) co_return *received;
  }
}

Coroutine<> sock_sendall(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = net::retry(
        [&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    bytes = bytes.subspan(checked_unless_waiting(n, "send").value_or(0));
    if (!bytes.empty()) co_await writable(fd);
  }
}

// Interrupted, it goes on in the background, as it does if it would have had to
// wait (connect(2), EINTR); so does one that was begun before, and cancelled.
Coroutine<> sock_connect(int fd, net::Address address) {
  if (::connect(fd, address.pointer(), address.size()) == 0) co_return;
  const bool has_begun =
      errno == EINPROGRESS || errno == EINTR || errno == EALREADY;
  if (!has_begun) check_connected(errno, address);
  co_await writable(fd);
  check_connected(error_of(fd), address);
}

Coroutine<std::pair<net::Descriptor, net::Address>> sock_accept(int listener) {
  while (true) {
    co_await readable(listener);
    net::Address peer;
    socklen_t size = net::Address::capacity();
    net::Descriptor socket(::accept4(listener, peer.pointer(), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) co_return std::pair(std::move(socket), peer);
    if (!net::is_passing(errno)) throw net::last_error("accept");
  }
}

void SocketWait::watch() {
  loop().sockets().wait(fd(), call_, *this);
}

void SocketWait::unwatch() noexcept {
  on_sent(loop().sockets().stop(fd(), call_, *this));
}

bool Receiving::await_ready() noexcept {
  if (client_.is_abandoned()) return true;
  return get_running_loop().sockets().receives_ahead() && call();
}

// [region call]
bool Receiving::call() noexcept {
  std::optional<Chunk> chunk = get_running_loop().sockets().receive(client_);
  if (chunk) chunk_ = std::move(*chunk);
  return chunk.has_value();
}

bool SendingAll::call() noexcept {
  SocketIo& sockets = get_running_loop().sockets();
  if (chunk_ && !sockets.send_some(client_, chunk_)) {
    client_.abandon();
    return true;
  }
  return !chunk_;  // or no room is left
}
// [end call]

namespace {

/// A wait for a client.
class Accepting final : public SocketWait {
 public:
  explicit Accepting(int listener) noexcept
      : SocketWait(listener, SocketIo::Call::accept) {}

  bool await_ready() const noexcept { return false; }
  void await_resume() const { check(); }

 private:
  bool call() noexcept override { return true; }
};

}  // namespace

Coroutine<Connection> accept_client(const net::Descriptor& listener,
                                    net::Log& log) {
  SocketIo& sockets = get_running_loop().sockets();
  bool may_be_there = sockets.receives_ahead();
  while (true) {
    if (!std::exchange(may_be_there, false)) co_await Accepting(listener.get());
    auto [arrival, client] = sockets.accept_client(listener, log);
    if (client) co_return std::move(*client);
    if (arrival == select_loop::Arrival::shortage) {
      co_await sleep(net::k_shortage_pause);
    }
  }
}

}  // namespace asyncio
