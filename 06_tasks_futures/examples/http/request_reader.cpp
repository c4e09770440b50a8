#include "06_tasks_futures/examples/http/request_reader.hpp"

#include <cstddef>

#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

namespace http {
namespace {

using asyncio::Coroutine;
using asyncio::Timeout;

}  // namespace

// [region next]
Coroutine<std::optional<Request>> RequestReader::next() {
  RequestParser parser(options_.limits);
  is_idle_ = buffer_.empty();
  try {
    const bool has_head = co_await asyncio::timeout(
        options_.head_time, [&](Timeout&) { return read_head(parser); });
    if (!has_head) co_return std::nullopt;
    const bool is_done = co_await asyncio::timeout(
        options_.body_time, [&](Timeout&) { return read_body(parser); });
    if (is_done) co_return parser.take();
  } catch (const asyncio::TimeoutError&) {
    if (!is_idle_) throw HttpError(408, "the request took too long");
  }
  co_return std::nullopt;
}
// [end next]

// What read_more says has a name below: GCC 12 lays the frame out wrong around
// `if (co_await ...)` (bug 106188).

Coroutine<bool> RequestReader::read_head(RequestParser& parser) {
  feed(parser);
  bool goes_on = true;
  while (goes_on && !parser.has_head()) {
    goes_on = co_await read_more();
    feed(parser);
  }
  co_return goes_on;
}

Coroutine<bool> RequestReader::read_body(RequestParser& parser) {
  if (parser.expects_continue()) {
    writer_.write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  bool goes_on = true;
  while (goes_on && !parser.is_done()) {
    goes_on = co_await read_more();
    feed(parser);
  }
  co_return goes_on;
}

Coroutine<bool> RequestReader::read_more() {
  const std::string more = co_await reader_.read(k_chunk);
  if (more.empty()) co_return false;
  is_idle_ = false;
  buffer_ += more;
  co_return true;
}

void RequestReader::feed(RequestParser& parser) {
  buffer_.erase(0, parser.feed(buffer_));
}

}  // namespace http
