// A server: who has come, and who waits for its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/closing.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/scoped_callback.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"
#include "06_tasks_futures/asyncio/streams/listener.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Accepts clients, and runs a task for each. It keeps itself alive while it
/// listens; so do its tasks. The loop's thread.
class ServerState final : public Counted<ServerState>,
                          private ClosedWithLoop,
                          private Stream::Observer {
 public:
  ServerState(EventLoop& loop, ClientConnected client_connected,
              StreamOptions options);

  /// From here on it listens, until `close`.
  void start(std::vector<Listener> listeners);
  void close() noexcept;
  [[nodiscard]] bool is_serving() const noexcept { return !listeners_.empty(); }
  static Coroutine<> serve_forever(Ref<ServerState> server);
  static Coroutine<> wait_closed(Ref<ServerState> server);

  /// Those whose connections are not closed. A closed server has some, maybe.
  [[nodiscard]] std::vector<StreamWriter> clients() const;
  [[nodiscard]] const std::vector<Listener>& listeners() const noexcept {
    return listeners_;
  }

 private:
  friend class Counted<ServerState>;
  ~ServerState() override;
  void die() noexcept { delete this; }
  void on_loop_close() noexcept override { close(); }
  void on_closed(Stream& stream) noexcept override;

  void listen_on(const Listener& listener);
  void accept_some(const Listener& listener);
  void take(net::Descriptor socket, std::optional<net::Address> peer);
  void pause(const Listener& listener, const std::system_error& error);
  void resume(const Listener& listener);
  void resume_all();
  static Coroutine<> serve(Ref<ServerState> server, StreamReader reader,
                           StreamWriter writer);
  [[nodiscard]] bool has_ended() const noexcept {
    return listeners_.empty() && clients_.empty();
  }
  void wake_if_ended() noexcept;

  EventLoop* loop_;
  ClientConnected client_connected_;
  StreamOptions options_;
  std::vector<Listener> listeners_;
  std::map<const Listener*, ScopedTimer> retries_;
  TimePoint next_report_;  // of being short; not before
  std::set<Stream*> clients_;
  std::optional<Future<>> serving_forever_;
  Waiters waiters_;
};

}  // namespace asyncio
