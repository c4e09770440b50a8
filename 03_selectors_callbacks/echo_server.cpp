// The loop no longer knows what it serves: it calls what each descriptor was
// registered with. What chapter 2 kept in a table is now an object per client.
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <new>
#include <optional>
#include <string>

#include "02_select/nonblocking.hpp"
#include "03_selectors_callbacks/selector.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace selectors {
namespace {

using select_loop::accept_client;
using select_loop::Arrival;
using select_loop::Chunk;
using select_loop::Connection;
using select_loop::receive;
using select_loop::send_some;
using Clock = std::chrono::steady_clock;

class EchoServer;

// [region client]
/// One client and what is to happen to it next. The server owns it, and
/// destroys it in `drop`.
class Client {
 public:
  Client(EchoServer& server, Connection connection);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  void on_readable();
  void on_writable();
  void leave();
  [[nodiscard]] bool has_left() const { return left_; }
  [[nodiscard]] int fd() const { return connection_.fd(); }

 private:
  void wait_for(Events events);

  EchoServer& server_;
  Connection connection_;
  Chunk unsent_;
  Events waits_for_ = 0;
  bool left_ = false;
};
// [end client]

/// The loop and what it serves, all in one thread. It takes the listening
/// socket over; the selector outlives it.
class EchoServer {
 public:
  EchoServer(Selector& selector, net::Descriptor& listener, net::Log& log);

  /// Serves until SIGINT or SIGTERM.
  void run();

  [[nodiscard]] Selector& selector() { return selector_; }
  void on_end(Client& client);
  void drop(const Client& client) { clients_.erase(client.fd()); }

 private:
  void turn();
  void on_client_waiting();
  void pause_accepting();
  void admit(Connection connection);
  void start_accepting();
  void stop_accepting();
  void on_stop_signal();
  void drop_delivered();
  void on_deadline();
  [[nodiscard]] std::optional<Clock::duration> time_left() const;

  Selector& selector_;
  net::StopDescriptor stop_;
  net::Descriptor listener_;
  net::Log& log_;
  std::map<int, Client> clients_;  // by descriptor
  // When a pause in accepting is over, or the time of those who are left.
  std::optional<Clock::time_point> deadline_;
  bool accepting_ = false;
  bool stopping_ = false;
};

// [region handler]
void Client::on_readable() {
  std::optional<Chunk> chunk = receive(connection_);
  if (!chunk) return;  // nothing yet after all
  if (!*chunk) return server_.on_end(*this);
  unsent_ = std::move(*chunk);
  on_writable();  // most likely there is room: try at once
}

void Client::on_writable() {
  if (!send_some(connection_, unsent_)) return server_.drop(*this);
  if (unsent_) return wait_for(k_event_write);
  unsent_ = Chunk();  // gives the buffer back
  wait_for(k_event_read);
}
// [end handler]

// [region wait_for]
void Client::wait_for(Events events) {
  if (events == waits_for_) return;
  Callback next = [this](Events) { on_readable(); };
  if (events == k_event_write) next = [this](Events) { on_writable(); };
  try {
    server_.selector().modify(fd(), events, std::move(next));
    waits_for_ = events;
  } catch (const std::exception&) {
    server_.drop(*this);  // it cannot be waited for any longer
  }
}
// [end wait_for]

Client::Client(EchoServer& server, Connection connection)
    : server_(server),
      connection_(std::move(connection)),
      waits_for_(k_event_read) {
  server_.selector().register_(fd(), k_event_read,
                               [this](Events) { on_readable(); });
}

Client::~Client() {
  // Before its descriptor is closed.
  if (!left_) server_.selector().unregister(fd());
}

EchoServer::EchoServer(Selector& selector, net::Descriptor& listener,
                       net::Log& log)
    : selector_(selector), listener_(std::move(listener)), log_(log) {
  net::set_nonblocking(listener_.get());
  selector_.register_(stop_.fd(), k_event_read,
                      [this](Events) { on_stop_signal(); });
  start_accepting();
  log_.listening(listener_);
}

void EchoServer::run() {
  while (!stopping_ || !clients_.empty()) {
    try {
      turn();
    } catch (const std::bad_alloc&) {
      pause_accepting();  // no memory for one more
    }
  }
}

// [region turn]
void EchoServer::turn() {
  for (const auto& [key, events] : selector_.select(time_left())) {
    if (selector_.is_registered(key)) key->data(events);
  }
  if (stopping_) drop_delivered();
  if (deadline_ && Clock::now() >= *deadline_) on_deadline();
}
// [end turn]

// [region start]
void EchoServer::start_accepting() {
  selector_.register_(listener_.get(), k_event_read,
                      [this](Events) { on_client_waiting(); });
  accepting_ = true;
}
// [end start]

void EchoServer::stop_accepting() {
  if (accepting_) selector_.unregister(listener_.get());
  accepting_ = false;
}

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
  try {
    clients_.try_emplace(fd, *this, std::move(connection));
  } catch (const std::exception& error) {
    // The selector cannot hold it: it has been closed.
    log_.warn(std::string("refused a client: ") + error.what());
  }
}

void EchoServer::pause_accepting() {
  if (stopping_) return;
  stop_accepting();  // or the listener would wake us in vain
  deadline_ = Clock::now() + net::k_shortage_pause;
}
// [end accept]

// [region stop]
void EchoServer::on_stop_signal() {
  stopping_ = true;
  selector_.unregister(stop_.fd());
  stop_accepting();
  listener_.close();
  deadline_ = Clock::now() + net::k_stop_grace;
  for (const auto& [fd, client] : clients_) ::shutdown(fd, SHUT_RD);
}

void EchoServer::on_end(Client& client) {
  if (!stopping_) return drop(client);
  client.leave();  // once all has been delivered
}

void EchoServer::drop_delivered() {
  std::erase_if(clients_, [](const auto& entry) {
    if (!entry.second.has_left() || !net::is_delivered(entry.first))
      return false;
    net::discard_unread(entry.first);
    return true;
  });
}

void EchoServer::on_deadline() {
  if (stopping_) return clients_.clear();  // they had their time
  start_accepting();
  deadline_.reset();
}
// [end stop]

void Client::leave() {
  server_.selector().unregister(fd());
  left_ = true;
}

std::optional<Clock::duration> EchoServer::time_left() const {
  if (!deadline_) return std::nullopt;
  const Clock::duration left = *deadline_ - Clock::now();
  return stopping_ ? std::min<Clock::duration>(left, net::k_delivery_poll)
                   : left;
}

void serve(const std::string& selector_name, net::Descriptor& listener,
           net::Log& log) {
  const auto selector = selector_named(selector_name);
  EchoServer(*selector, listener, log).run();
}

}  // namespace
}  // namespace selectors

int main(int argc, char** argv) {
  std::string selector = "default";
  return cli::ServerProgram(
             "Echoes what clients send, with a callback for each.")
      .add_choice("--selector", "How to ask the kernel who is ready",
                  {"default", "epoll", "poll", "select"}, selector)
      .run(argc, argv, [&](net::Descriptor& listener, net::Log& log) {
        selectors::serve(selector, listener, log);
      });
}
