#include "06_tasks_futures/examples/http/client.hpp"

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/examples/http/serialize.hpp"

namespace http {
namespace {

using asyncio::Coroutine;
using asyncio::StreamReader;
using asyncio::StreamWriter;

[[noreturn]] void throw_bad_answer(const Url& url, const char* what) {
  throw HttpError(502, url.text() + ": " + what);
}

// [region read]
/// One message; `buffer` holds what came before, and then what came too much.
Coroutine<Response> read_message(StreamReader reader, Limits limits,
                                 std::string& buffer) {
  ResponseParser parser(limits);
  buffer.erase(0, parser.feed(buffer));
  while (!parser.is_done()) {
    const std::string more = co_await reader.read(k_chunk);
    if (more.empty()) {
      parser.feed_end();
    } else {
      buffer += more;
      buffer.erase(0, parser.feed(buffer));
    }
  }
  co_return parser.take();
}

// 100 (Continue) and the like only announce the answer.
Coroutine<Response> read_response(StreamReader reader, Limits limits) {
  std::string buffer;
  Response response;
  do {
    response = co_await read_message(reader, limits, buffer);
  } while (response.status / 100 == 1);
  co_return response;
}
// [end read]

// [region get]
Coroutine<Response> get_once(Url url, Limits limits) {
  const auto [reader, writer] =
      co_await asyncio::open_connection(url.host, url.port);
  const StreamWriter& connection = writer;
  const asyncio::Finally at_end([&connection] { connection.abort(); });
  writer.write(serialized_get(url.authority(), url.target));
  try {
    co_return co_await read_response(reader, limits);
  } catch (const HttpError& error) {
    throw_bad_answer(url, error.what());
  }
}

}  // namespace

Coroutine<Response> get(std::string url, GetOptions options) {
  Url next = parse_url(url);
  for (int followed = 0; followed <= options.redirects; ++followed) {
    Response response = co_await get_once(next, options.limits);
    const std::optional<Url> other = redirection(next, response);
    if (!other) co_return response;
    next = *other;
  }
  throw_bad_answer(next, "too many redirections");
}
// [end get]

std::optional<Url> redirection(const Url& url, const Response& response) {
  switch (response.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: break;
    default: return std::nullopt;
  }
  const std::string* location = response.headers.find("Location");
  if (!location) return std::nullopt;
  try {
    return resolve(url, *location);
  } catch (const asyncio::ValueError& error) {
    throw_bad_answer(url, error.what());
  }
}

}  // namespace http
