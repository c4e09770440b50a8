#include "06_tasks_futures/asyncio/streams/server_state.hpp"

#include <cerrno>
#include <chrono>
#include <exception>

#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

constexpr std::chrono::seconds k_accept_retry_delay{1};  // Python's

}  // namespace

ServerState::ServerState(EventLoop& loop, ClientConnected client_connected,
                         StreamOptions options)
    : loop_(&loop),
      client_connected_(std::move(client_connected)),
      options_(options) {
  if (options.limit == 0) throw ValueError("Limit cannot be <= 0");
}

ServerState::~ServerState() {
  for (Stream* stream : clients_) stream->set_observer(nullptr);
}

// ---- it listens

void ServerState::start(std::vector<Listener> listeners) {
  listeners_ = std::move(listeners);
  for (const Listener& listener : listeners_) listen_on(listener);
  loop_->tell_at_close(*this);
  retain();
}

// [region accept]
void ServerState::listen_on(const Listener& listener) {
  loop_->add_reader(listener.fd(),
                    [this, &listener] { accept_some(listener); });
}

void ServerState::accept_some(const Listener& listener) {
  for (int i = 0; i < net::k_arrivals_a_turn; ++i) {
    auto [socket, peer] = listener.accept();
    if (socket) {
      take(std::move(socket), peer);
    } else if (errno == EAGAIN) {
      return;
    } else if (!net::is_passing(errno)) {
      return pause(listener, net::last_error("accept"));
    }
  }
}

void ServerState::take(net::Descriptor socket,
                       std::optional<net::Address> peer) {
  const Ref stream(
      *new Stream(*loop_, std::move(socket), peer, options_.limit));
  clients_.insert(stream.get());
  stream->set_observer(this);
  loop_->create_task(
      serve(Ref(*this), StreamReader(*stream), StreamWriter(*stream)));
}

// Nobody can be accepted now, and the listener stays readable. It goes on when
// a client leaves, or a second later. The report comes last: it may close this.
void ServerState::pause(const Listener& listener,
                        const std::system_error& error) {
  loop_->remove_reader(listener.fd());
  retries_[&listener].set(loop_->call_later(
      k_accept_retry_delay, [this, &listener] { resume(listener); }));
  if (loop_->time() < next_report_) return;
  next_report_ = loop_->time() + k_accept_retry_delay;
  loop_->call_exception_handler({"socket.accept() out of system resource",
                                 std::make_exception_ptr(error)});
}

// A report may close this, and with it the listeners.
void ServerState::resume_all() {
  const Ref keep(*this);
  std::vector<const Listener*> paused;
  for (const auto& [listener, retry] : retries_) paused.push_back(listener);
  for (const Listener* listener : paused) {
    if (retries_.contains(listener)) resume(*listener);
  }
}

void ServerState::resume(const Listener& listener) {
  retries_.erase(&listener);
  try {
    listen_on(listener);
  } catch (const std::system_error& error) {  // of epoll's watches
    pause(listener, error);
  }
}
// [end accept]

// [region serve]
// The writer is closed however it ends; a return leaves that to the handler.
Coroutine<> ServerState::serve(Ref<ServerState> server, StreamReader reader,
                               StreamWriter writer) {
  try {
    co_await server->client_connected_(reader, writer);
  } catch (const std::exception&) {
    writer.close();
    report("Unhandled exception in client_connected_cb",
           std::current_exception());
  } catch (...) {
    writer.close();
    throw;
  }
}
// [end serve]

void ServerState::on_closed(Stream& stream) noexcept {
  clients_.erase(&stream);
  if (!retries_.empty()) call_reporting([this] { resume_all(); });
  wake_if_ended();
}

std::vector<StreamWriter> ServerState::clients() const {
  std::vector<StreamWriter> writers;
  for (Stream* stream : clients_) writers.emplace_back(*stream);
  return writers;
}

// ---- it ends

void ServerState::close() noexcept {
  if (listeners_.empty()) return;
  for (const Listener& listener : listeners_) {
    loop_->remove_reader(listener.fd());
  }
  retries_.clear();
  listeners_.clear();
  leave();
  if (serving_forever_) serving_forever_->cancel();
  wake_if_ended();
  release();  // what `start` has retained
}

void ServerState::wake_if_ended() noexcept {
  if (has_ended()) waiters_.wake_all();
}

Coroutine<> ServerState::wait_closed(Ref<ServerState> server) {
  while (!server->has_ended()) {
    Waiter waiter(server->waiters_, "Server");
    co_await waiter;
  }
}

Coroutine<> ServerState::serve_forever(Ref<ServerState> server) {
  if (server->serving_forever_) {
    throw RuntimeError("server is already being awaited on serve_forever()");
  }
  if (!server->is_serving()) throw RuntimeError("server is closed");
  server->serving_forever_ = server->loop_->create_future();
  const Finally at_end([&server] { server->serving_forever_.reset(); });
  std::exception_ptr cancelled;
  try {
    co_await *server->serving_forever_;
  } catch (const CancelledError&) {
    cancelled = std::current_exception();
  }
  server->close();
  for (const StreamWriter& client : server->clients()) client.close();
  co_await wait_closed(server);
  std::rethrow_exception(cancelled);
}

}  // namespace asyncio
