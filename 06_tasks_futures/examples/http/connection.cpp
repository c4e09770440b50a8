#include "06_tasks_futures/examples/http/connection.hpp"

#include <cstddef>
#include <exception>
#include <string>
#include <system_error>

#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

namespace http {
namespace {

using asyncio::Coroutine;
using asyncio::StreamReader;
using asyncio::StreamWriter;
using asyncio::Timeout;

Response response_to(const HttpError& error) {
  const int status = error.status();
  return Response(status, std::to_string(status) + ' ' + reason(status) + ": " +
                              error.what() + '\n');
}

}  // namespace

void Site::stop() {
  is_stopping_ = true;
  for (Connection* connection : connections_) connection->stop();
}

Connection::Connection(Site& site, StreamReader reader, StreamWriter writer)
    : site_(site),
      reader_(reader),
      writer_(writer),
      requests_(reader, writer, site.options_) {
  writer_.set_write_buffer_limits({.high = 0, .low = 0});  // drain: all is sent
  site_.connections_.insert(this);
}

Connection::~Connection() {
  site_.connections_.erase(this);
}

void Connection::stop() noexcept {
  if (requests_.is_idle()) writer_.close();
}

Coroutine<> Connection::serve() {
  try {
    co_await serve_requests();
    co_await part();
  } catch (const std::system_error&) {      // the client has gone
  } catch (const asyncio::TimeoutError&) {  // it takes nothing, or won't go
  }
  writer_.abort();
}

// [region serve]
Coroutine<> Connection::serve_requests() {
  std::optional<HttpError> refused;  // a catch can't await
  try {
    bool goes_on = true;
    while (goes_on) {
      std::optional<Request> request = co_await requests_.next();
      if (!request) co_return;
      goes_on = co_await answer(std::move(*request));
    }
  } catch (const HttpError& error) {
    refused = error;
  }
  if (refused) {
    co_await send(response_to(*refused), {.keeps_alive = false});
  }
}

Coroutine<bool> Connection::answer(Request request) {
  ResponseForm form;
  form.has_body = request.method != "HEAD";
  const bool keeps_alive = request.keeps_alive;
  Response response = co_await handle(std::move(request));
  form.keeps_alive = keeps_alive && !site_.is_stopping_;
  co_await send(std::move(response), form);
  co_return form.keeps_alive;
}
// [end serve]

Coroutine<Response> Connection::handle(Request request) {
  try {
    co_return co_await site_.handler_(std::move(request));
  } catch (const HttpError& error) {
    co_return response_to(error);
  } catch (const asyncio::BaseException&) {
    throw;
  } catch (...) {
    asyncio::report("Unhandled exception in HTTP handler",
                    std::current_exception());
  }
  co_return response_to(HttpError(500, "the server has failed"));
}

Coroutine<> Connection::send(Response response, ResponseForm form) {
  const std::string text = serialized(response, form);
  co_await asyncio::timeout(site_.options_.answer_time,
                            [&](Timeout&) -> Coroutine<> {
                              writer_.write(text);
                              co_await writer_.drain();
                            });
}

// [region part]
// To close with something unread would reset the connection, and destroy what
// the client hasn't received yet. So the client is to close first.
Coroutine<> Connection::part() {
  co_await asyncio::timeout(site_.options_.farewell_time,
                            [&](Timeout&) -> Coroutine<> {
                              writer_.write_eof();
                              std::string unread;
                              do {
                                unread = co_await reader_.read(k_chunk);
                              } while (!unread.empty());
                            });
}
// [end part]

Coroutine<> serve_client(std::shared_ptr<Site> site, StreamReader reader,
                         StreamWriter writer) {
  Connection connection(*site, reader, writer);
  co_await connection.serve();
}

}  // namespace http
