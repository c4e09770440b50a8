// An echo server on standalone asio, with coroutines. After asio's examples/cpp20/coroutines/
// echo_server.cpp, where the end of a connection is an exception as well. Added: the wait when
// accept runs short of descriptors, which would spin.
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <system_error>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "listener.h"

namespace {

using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::chrono::milliseconds k_shortage_pause{20};

awaitable<void> echo(tcp::socket socket) {
  try {
    socket.set_option(tcp::no_delay(true));
    std::array<std::byte, k_chunk> data;
    for (;;) {
      const std::size_t n = co_await socket.async_read_some(asio::buffer(data), use_awaitable);
      co_await asio::async_write(socket, asio::buffer(data, n), use_awaitable);
    }
  } catch (const std::system_error&) {
    // The client has left, one way or another.
  }
}

awaitable<void> serve(tcp::acceptor acceptor) {
  asio::steady_timer pause(acceptor.get_executor());
  for (;;) {
    std::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(use_awaitable, error));
    if (!error) {
      asio::co_spawn(acceptor.get_executor(), echo(std::move(socket)), asio::detached);
    } else {
      pause.expires_after(k_shortage_pause);
      co_await pause.async_wait(use_awaitable);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint16_t port = port_argument(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context loop(1);
  try {
    tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), port});
    asio::co_spawn(loop, serve(std::move(acceptor)), asio::detached);
  } catch (const std::system_error& error) {
    cannot_listen(port, error.code().message().c_str());
  }
  loop.run();
}
