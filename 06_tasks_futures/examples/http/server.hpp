// A server of HTTP/1.1 on asyncio's streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/time_limit.hpp"
#include "06_tasks_futures/examples/http/connection.hpp"

namespace http {

/// A handle of a server that listens; copies share it. To let it go stops
/// nothing: it ends with `stop`, or with the loop. One thread.
class Server {
 public:
  Server(asyncio::Server listener, std::shared_ptr<Site> site)
      : listener_(std::move(listener)), site_(std::move(site)) {}

  /// Where it listens: `127.0.0.1:8080`.
  [[nodiscard]] std::vector<std::string> sockets() const {
    return listener_.sockets();
  }

  /// Listens no more. Requests that have begun may end until `grace` is over;
  /// then what is left of their connections is closed.
  asyncio::Coroutine<> stop(asyncio::TimeLimit grace) const;

 private:
  asyncio::Server listener_;
  std::shared_ptr<Site> site_;
};

/// Listens on each address of `host`, as asyncio::start_server does, and throws
/// what that throws. `handler` answers; several requests at once, but those of
/// one connection one after the other.
asyncio::Coroutine<Server> start_server(Handler handler, std::string host,
                                        std::uint16_t port,
                                        ServerOptions options = {});

}  // namespace http
