// One client of a server: what it asks is answered, in that order.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "06_tasks_futures/examples/http/request_reader.hpp"
#include "06_tasks_futures/examples/http/serialize.hpp"

namespace http {

class Connection;

/// What the connections of a server share. One thread.
class Site {
 public:
  Site(Handler handler, ServerOptions options)
      : handler_(std::move(handler)), options_(options) {}
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  ~Site() = default;

  /// Ends the connections that have no request, and the others when theirs is
  /// answered.
  void stop();

 private:
  friend class Connection;

  const Handler handler_;
  const ServerOptions options_;
  std::set<Connection*> connections_;
  bool is_stopping_ = false;
};

/// In the frame of the task that serves the client.
class Connection {
 public:
  Connection(Site& site, asyncio::StreamReader reader,
             asyncio::StreamWriter writer);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Serves the client until one of them has had enough. What goes wrong with
  /// the client is no error here.
  asyncio::Coroutine<> serve();
  void stop() noexcept;

 private:
  asyncio::Coroutine<> serve_requests();
  asyncio::Coroutine<bool> answer(Request request);
  asyncio::Coroutine<Response> handle(Request request);
  asyncio::Coroutine<> send(Response response, ResponseForm form);
  asyncio::Coroutine<> part();

  Site& site_;
  asyncio::StreamReader reader_;
  asyncio::StreamWriter writer_;
  RequestReader requests_;
};

/// Serves a client of `site`, and closes the connection.
asyncio::Coroutine<> serve_client(std::shared_ptr<Site> site,
                                  asyncio::StreamReader reader,
                                  asyncio::StreamWriter writer);

}  // namespace http
