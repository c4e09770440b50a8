#include "06_tasks_futures/asyncio/streams/unix_sockets.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "06_tasks_futures/asyncio/sleep.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool has_null = path.find('\0') != std::string::npos;
  if (path.empty() || path.size() >= sizeof address.sun_path || has_null) {
    throw ValueError("unix socket '" + path + "': expected 1 to " +
                     std::to_string(sizeof address.sun_path - 1) +
                     " bytes, none of them null");
  }
  path.copy(address.sun_path, path.size());
  return address;
}

net::Descriptor new_socket() {
  return net::Descriptor(net::checked(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket"));
}

/// bind(2) or connect(2).
template <typename Call>
int call_with(Call call, const net::Descriptor& socket,
              const sockaddr_un& address) noexcept {
  return call(socket.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof address);
}

void remove_left_over(const std::string& path) noexcept {
  struct stat status{};
  const bool is_socket =
      ::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
  if (is_socket) ::unlink(path.c_str());
}

}  // namespace

net::Descriptor listen_on_path(const std::string& path) {
  const sockaddr_un address = address_of(path);
  net::Descriptor listener = new_socket();
  remove_left_over(path);
  if (call_with(::bind, listener, address) < 0 ||
      ::listen(listener.get(), SOMAXCONN) < 0) {
    throw net::last_error("cannot listen on " + path);
  }
  return listener;
}

// Where TCP would say EINPROGRESS, it says EAGAIN, and nothing announces that
// there is room (unix(7), connect(2)).
Coroutine<net::Descriptor> connect_to_path(std::string path) {
  const sockaddr_un address = address_of(path);
  net::Descriptor socket = new_socket();
  while (call_with(::connect, socket, address) < 0) {
    if (errno != EAGAIN) throw net::last_error("connect to " + path);
    co_await sleep(net::k_shortage_pause);
  }
  co_return std::move(socket);
}

}  // namespace asyncio
