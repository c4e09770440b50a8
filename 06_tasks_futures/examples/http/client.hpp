// A client of HTTP/1.1 on asyncio's streams.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/examples/http/parser.hpp"
#include "06_tasks_futures/examples/http/url.hpp"

namespace http {

struct GetOptions {
  int redirects = 5;  // how many are followed
  Limits limits = {.head = 64 * 1024, .body = 64 * 1024 * 1024};
};

/// `co_await get("http://127.0.0.1:8080/")`: asks for a page, on a connection
/// of its own, and gives the answer, whatever its status. Redirections are
/// followed. Throws std::system_error if nobody answers, or the connection is
/// lost; HttpError (502) if the answer is none, or ends too early; ValueError
/// for what is no address. It waits for ever: to be used within a timeout.
asyncio::Coroutine<Response> get(std::string url, GetOptions options = {});

/// Where the answer of `url` leads instead; none, if it leads nowhere. Throws
/// HttpError if that is no address.
[[nodiscard]] std::optional<Url> redirection(const Url& url,
                                             const Response& response);

}  // namespace http
