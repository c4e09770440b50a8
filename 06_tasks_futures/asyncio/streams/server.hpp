// What accepts clients, and runs a coroutine for each.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/streams/stream_options.hpp"
#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

class ServerState;

/// What a server runs for a client, as a task. What it throws goes to the
/// loop's exception handler. It may be a lambda that captures: it lives as long
/// as its tasks.
using ClientConnected = std::function<Coroutine<>(StreamReader, StreamWriter)>;

/// A handle of a server that listens; copies share it. To let it go stops
/// nothing: it ends with `close`, or with the loop. One thread.
class Server {
 public:
  explicit Server(ServerState& state) noexcept;
  Server(const Server& other) noexcept;
  Server& operator=(const Server& other) noexcept;
  ~Server();

  /// Waits until it is cancelled, or the server closed: that is CancelledError
  /// too. Then the server is closed, and its connections have ended. Throws
  /// RuntimeError if it is closed already, or somebody else waits here.
  Coroutine<> serve_forever() const;
  [[nodiscard]] bool is_serving() const noexcept;

  /// Stops listening. The connections stay.
  void close() const noexcept;
  /// Waits until it is closed, and so are all of its connections. Their tasks
  /// may have something left to do: what they refer to outlives the loop.
  Coroutine<> wait_closed() const;
  /// Closes the connections, each once all is sent.
  void close_clients() const;
  /// Closes the connections now.
  void abort_clients() const;

  /// Where it listens, such as `127.0.0.1:5000`; nowhere, once it is closed.
  [[nodiscard]] std::vector<std::string> sockets() const;
  /// The first one's port; zero if there is none.
  [[nodiscard]] std::uint16_t port() const;

  // Python's `async with server:`, for async_with: closes it at the end.
  Coroutine<> aenter() const;
  Coroutine<> aexit(std::exception_ptr thrown) const;

 private:
  Ref<ServerState> state_;
};

/// Listens on each address of `host`, a numeric address or a name, and runs
/// `client_connected` for each client. An empty host is all addresses of this
/// machine; port 0, one that the kernel chooses. Throws std::system_error that
/// names the address. Out of descriptors, it says so to the loop's exception
/// handler, and looks again a second later.
Coroutine<Server> start_server(ClientConnected client_connected,
                               std::string host, std::uint16_t port,
                               StreamOptions options = {});

/// The same on a socket that listens already, and is the server's from here on.
Coroutine<Server> start_server(ClientConnected client_connected,
                               net::Descriptor listener,
                               StreamOptions options = {});

/// The same on a socket in the file system (unix(7)). A socket that was left
/// there is replaced; the server's own is removed when it closes.
Coroutine<Server> start_unix_server(ClientConnected client_connected,
                                    std::string path,
                                    StreamOptions options = {});

}  // namespace asyncio
