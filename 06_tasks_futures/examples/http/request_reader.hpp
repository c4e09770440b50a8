// The requests of one client, one after the other.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"
#include "06_tasks_futures/examples/http/server_options.hpp"

namespace http {

/// Takes requests from a stream, which it shares. It asks for no more than the
/// request that is wanted: a client that sends many is slowed down. One thread.
class RequestReader {
 public:
  RequestReader(asyncio::StreamReader reader, asyncio::StreamWriter writer,
                const ServerOptions& options)
      : reader_(std::move(reader)),
        writer_(std::move(writer)),
        options_(options) {}

  /// The next one. None: the client has ended, even in the middle of one, or
  /// says nothing. Throws HttpError for what is to be answered with an error;
  /// then there is no next one. Throws std::system_error if the client is lost.
  asyncio::Coroutine<std::optional<Request>> next();

  /// It waits for a request of which nothing has come.
  [[nodiscard]] bool is_idle() const noexcept { return is_idle_; }

 private:
  asyncio::Coroutine<bool> read_head(RequestParser& parser);
  asyncio::Coroutine<bool> read_body(RequestParser& parser);
  asyncio::Coroutine<bool> read_more();
  void feed(RequestParser& parser);

  asyncio::StreamReader reader_;
  asyncio::StreamWriter writer_;
  const ServerOptions& options_;
  std::string buffer_;
  bool is_idle_ = false;
};

}  // namespace http
