// An echo server on standalone asio, with callbacks. After asio's examples/cpp11/echo/
// async_tcp_echo_server.cpp: a session holds its buffer, and the callback that runs next holds the
// session. Added: the wait when accept runs short of descriptors, which would spin.
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <memory>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include "listener.h"

namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds k_shortage_pause{20};

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(tcp::socket socket) : socket_(std::move(socket)) {}

  void receive() {
    socket_.async_read_some(asio::buffer(data_),
                            [self = shared_from_this()](std::error_code error, std::size_t n) {
                              if (!error) self->send(n);
                            });
  }

 private:
  void send(std::size_t n) {
    asio::async_write(socket_, asio::buffer(data_, n),
                      [self = shared_from_this()](std::error_code error, std::size_t) {
                        if (!error) self->receive();
                      });
  }

  tcp::socket socket_;
  std::array<std::byte, k_chunk> data_;
};

/// Outlives the loop's run.
class Server {
 public:
  Server(asio::io_context& loop, const tcp::endpoint& address)
      : acceptor_(loop, address), pause_(loop) {
    accept();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](std::error_code error, tcp::socket socket) {
      if (error) return wait_a_moment();
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Session>(std::move(socket))->receive();
      accept();
    });
  }

  void wait_a_moment() {
    pause_.expires_after(k_shortage_pause);
    pause_.async_wait([this](std::error_code) { accept(); });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::uint16_t port = port_argument(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  asio::io_context loop(1);
  try {
    const Server server(loop, {asio::ip::address_v4::loopback(), port});
    loop.run();
  } catch (const std::system_error& error) {
    cannot_listen(port, error.code().message().c_str());
  }
}
