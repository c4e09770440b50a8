#include "06_tasks_futures/asyncio/streams/open_connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <optional>
#include <system_error>
#include <vector>

#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/asyncio/streams/getaddrinfo.hpp"
#include "06_tasks_futures/asyncio/streams/unix_sockets.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

using Connected = std::pair<StreamReader, StreamWriter>;

Connected streams_of(net::Descriptor socket, std::optional<net::Address> peer,
                     StreamOptions options) {
  const Ref stream(
      *new Stream(get_running_loop(), std::move(socket), peer, options.limit));
  return {StreamReader(*stream), StreamWriter(*stream)};
}

Coroutine<net::Descriptor> connect_to(net::Address address) {
  net::Descriptor socket(net::checked(
      ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket"));
  const int on = 1;  // small requests leave at once
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  co_await sock_connect(socket.get(), address);
  co_return std::move(socket);
}

[[noreturn]] void throw_none_answers(
    const std::vector<std::system_error>& errors) {
  if (errors.size() == 1) throw errors.front();
  std::string all = "Multiple exceptions: ";
  for (const std::system_error& error : errors) {
    if (&error != &errors.front()) all += ", ";
    all += error.what();
  }
  throw std::system_error(errors.front().code(), all);
}

}  // namespace

// [region open_connection]
Coroutine<Connected> open_connection(std::string host, std::uint16_t port,
                                     StreamOptions options) {
  std::vector<std::system_error> errors;
  const auto addresses = co_await getaddrinfo(std::move(host), port);
  for (const net::Address& address : addresses) {
    try {
      net::Descriptor socket = co_await connect_to(address);
      co_return streams_of(std::move(socket), address, options);
    } catch (const std::system_error& error) {
      errors.push_back(error);
    }
  }
  throw_none_answers(errors);
}
// [end open_connection]

Coroutine<Connected> open_unix_connection(std::string path,
                                          StreamOptions options) {
  net::Descriptor socket = co_await connect_to_path(std::move(path));
  co_return streams_of(std::move(socket), std::nullopt, options);
}

}  // namespace asyncio
