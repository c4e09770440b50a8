// All clients in one thread: select(2) says who is ready, and nobody else is
// touched. What a thread kept on its stack in chapter 1, who is served and what
// is still to be sent, stands in a table.
#include <sys/select.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>

#include "02_select/nonblocking.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace select_loop {
namespace {

using Clock = std::chrono::steady_clock;

/// The server and its loop, all in one thread. It takes the listening socket
/// over.
class EchoServer {
 public:
  EchoServer(net::Descriptor& listener, net::Log& log);

  /// Serves until SIGINT or SIGTERM.
  void run();

 private:
  // [region table]
  struct Client {
    Connection connection;
    Chunk unsent;           // what this client has sent and not yet read
    bool has_left = false;  // only while the server stops
  };

  std::map<int, Client> clients_;  // by descriptor
  fd_set read_set_{};              // whose bytes we want
  fd_set write_set_{};             // who still has bytes to get
  // [end table]

  void turn();
  void on_ready(int fd, bool readable, bool writable);
  void on_client_waiting();
  void admit(Connection connection);
  void pause_accepting();
  void on_readable(Client& client);
  void on_writable(Client& client);
  void on_end(Client& client);
  void drop(const Client& client);
  void wait_for_nothing(const Client& client);

  void on_stop_signal();
  void drop_delivered();
  void on_deadline();
  [[nodiscard]] int highest() const;
  [[nodiscard]] std::optional<timeval> time_left() const;

  net::StopDescriptor stop_;
  net::Descriptor listener_;
  net::Log& log_;
  // When a pause in accepting is over, or the time of those who are left.
  std::optional<Clock::time_point> deadline_;
  bool stopping_ = false;
};

EchoServer::EchoServer(net::Descriptor& listener, net::Log& log)
    : listener_(std::move(listener)), log_(log) {
  if (highest() >= FD_SETSIZE) {
    throw std::runtime_error("select: too many open files inherited");
  }
  net::set_nonblocking(listener_.get());
  FD_SET(stop_.fd(), &read_set_);
  FD_SET(listener_.get(), &read_set_);
  log_.listening(listener_);
}

std::optional<timeval> EchoServer::time_left() const {
  using std::chrono::microseconds;
  if (!deadline_) return std::nullopt;
  auto left = std::chrono::ceil<microseconds>(*deadline_ - Clock::now());
  if (stopping_) left = std::min<microseconds>(left, net::k_delivery_poll);
  left = std::max(left, microseconds::zero());
  // Our deadlines are below a second.
  return timeval{.tv_sec = 0, .tv_usec = left.count()};
}

void EchoServer::run() {
  while (!stopping_ || !clients_.empty()) {
    try {
      turn();
    } catch (const std::bad_alloc&) {
      // No memory for one more client, who has been closed; let others wait.
      pause_accepting();
    }
  }
}

// [region turn]
void EchoServer::turn() {
  fd_set readable = read_set_;  // copies: select leaves only the ready in them
  fd_set writable = write_set_;
  const int last = highest();
  std::optional<timeval> wait = time_left();
  const int n = net::retry([&] {
    return ::select(last + 1, &readable, &writable, nullptr,
                    wait ? &*wait : nullptr);
  });
  net::checked(n, "select");
  for (int fd = 0; n > 0 && fd <= last; ++fd) {
    on_ready(fd, FD_ISSET(fd, &readable), FD_ISSET(fd, &writable));
  }
  if (stopping_) drop_delivered();
  if (deadline_ && Clock::now() >= *deadline_) on_deadline();
}
// [end turn]

// [region on_ready]
void EchoServer::on_ready(int fd, bool readable, bool writable) {
  if (!readable && !writable) return;
  if (fd == stop_.fd()) return on_stop_signal();
  if (fd == listener_.get()) return on_client_waiting();
  const auto client = clients_.find(fd);
  if (client == clients_.end()) return;  // left earlier in this turn
  if (readable) return on_readable(client->second);
  on_writable(client->second);
}
// [end on_ready]

// [region handler]
void EchoServer::on_readable(Client& client) {
  std::optional<Chunk> chunk = receive(client.connection);
  if (!chunk) return;  // nothing yet, whatever select has said
  if (!*chunk) return on_end(client);
  client.unsent = std::move(*chunk);
  on_writable(client);  // most likely there is room: try at once
}

void EchoServer::on_writable(Client& client) {
  if (!send_some(client.connection, client.unsent)) return drop(client);
  const int fd = client.connection.fd();
  if (client.unsent) {  // no room left: wait for room, and read no more
    FD_CLR(fd, &read_set_);
    FD_SET(fd, &write_set_);
  } else {
    client.unsent = Chunk();  // gives the buffer back
    FD_CLR(fd, &write_set_);
    FD_SET(fd, &read_set_);
  }
}
// [end handler]

// [region accept]
void EchoServer::on_client_waiting() {
  for (int i = 0; i < net::k_arrivals_a_turn; ++i) {
    auto [arrival, client] = accept_client(listener_, log_);
    if (arrival == Arrival::nobody) return;
    if (arrival == Arrival::shortage) return pause_accepting();
    admit(std::move(*client));
  }
}

void EchoServer::admit(Connection connection) {
  const int fd = connection.fd();
  if (fd >= FD_SETSIZE) {  // it is closed at once
    return log_.warn("refused a client: no room in an fd_set");
  }
  clients_.emplace(fd, Client{std::move(connection), Chunk()});
  FD_SET(fd, &read_set_);
}

void EchoServer::pause_accepting() {
  if (stopping_) return;
  FD_CLR(listener_.get(), &read_set_);  // or select would wake us in vain
  deadline_ = Clock::now() + net::k_shortage_pause;
}
// [end accept]

// [region drop]
void EchoServer::drop(const Client& client) {
  wait_for_nothing(client);
  clients_.erase(client.connection.fd());  // closes it
}

void EchoServer::wait_for_nothing(const Client& client) {
  FD_CLR(client.connection.fd(), &read_set_);
  FD_CLR(client.connection.fd(), &write_set_);
}
// [end drop]

// [region stop]
void EchoServer::on_stop_signal() {
  stopping_ = true;
  deadline_ = Clock::now() + net::k_stop_grace;
  FD_CLR(stop_.fd(), &read_set_);
  FD_CLR(listener_.get(), &read_set_);
  listener_.close();
  for (const auto& [fd, client] : clients_) ::shutdown(fd, SHUT_RD);
}

void EchoServer::on_end(Client& client) {
  if (!stopping_) return drop(client);
  wait_for_nothing(client);  // but that all has been delivered
  client.has_left = true;
}

void EchoServer::drop_delivered() {
  std::erase_if(clients_, [](const auto& entry) {
    if (!entry.second.has_left || !net::is_delivered(entry.first)) return false;
    net::discard_unread(entry.first);
    return true;
  });
}

void EchoServer::on_deadline() {
  deadline_.reset();
  if (stopping_) return clients_.clear();  // they had their time
  FD_SET(listener_.get(), &read_set_);
}
// [end stop]

int EchoServer::highest() const {
  const int last_client = clients_.empty() ? -1 : clients_.rbegin()->first;
  return std::max({stop_.fd(), listener_.get(), last_client});
}

}  // namespace
}  // namespace select_loop

int main(int argc, char** argv) {
  return cli::ServerProgram(
             "Echoes what clients send, all in one loop over select(2).")
      .run(argc, argv, [](net::Descriptor& listener, net::Log& log) {
        select_loop::EchoServer(listener, log).run();
      });
}
