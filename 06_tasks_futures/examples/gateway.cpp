// An API gateway: what a client asks it, it asks another server. Nobody waits
// for anybody else's answer.
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "06_tasks_futures/examples/http/program.hpp"
#include "06_tasks_futures/examples/http/url.hpp"
#include "06_tasks_futures/examples/weather_json.hpp"

namespace {

using asyncio::Coroutine;
using examples::seconds;
using http::HttpError;
using http::Request;
using http::Response;

struct Upstream {
  std::string server = "127.0.0.1:8081";
  std::optional<double> limit = 5;
};

Response json(int status, std::string text) {
  return Response(status, std::move(text), "application/json; charset=utf-8");
}

Response problem(int status, const std::string& what) {
  return json(status, examples::error_json(what));
}

// [region ask]
/// What the other server says; throws HttpError if it has no good answer.
Coroutine<Response> ask(Upstream upstream, std::string city) {
  const std::string url = "http://" + upstream.server +
                          "/weather?city=" + http::percent_encoded(city);
  try {
    co_return co_await asyncio::wait_for(http::get(url),
                                         seconds(*upstream.limit));
  } catch (const asyncio::TimeoutError&) {
    throw HttpError(504, upstream.server + " takes too long");
  } catch (const std::system_error& error) {
    throw HttpError(502, upstream.server + ": " + error.code().message());
  }
}

Coroutine<Response> weather(Upstream upstream, std::string city) {
  const Response answer = co_await ask(upstream, city);
  if (answer.status == 404) {
    co_return json(404, examples::weather_json(city, "no data"));
  }
  if (answer.status != 200) {
    throw HttpError(
        502, upstream.server + " answers " + std::to_string(answer.status));
  }
  co_return json(
      200, examples::weather_json(city, examples::weather_in(answer.body)));
}
// [end ask]

// [region route]
Coroutine<Response> route(Upstream upstream, Request request) {
  if (http::path_of(request.target) != "/weather") {
    throw HttpError(404, "no such page: there is /weather?city=...");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    Response refusal = problem(405, "only GET and HEAD are served");
    refusal.headers.add("Allow", "GET, HEAD");
    co_return refusal;
  }
  const auto city = http::parameter(request.target, "city");
  if (!city || city->empty()) throw HttpError(400, "city=... is missing");
  co_return co_await weather(upstream, *city);
}

/// Answers a client; errors too are JSON.
Coroutine<Response> answer(Upstream upstream, Request request) {
  try {
    co_return co_await route(upstream, std::move(request));
  } catch (const HttpError& error) {
    co_return problem(error.status(), error.what());
  }
}
// [end route]

}  // namespace

int main(int argc, char** argv) {
  Upstream upstream;
  return http::Program("Answers GET /weather?city=... with JSON.", 8080)
      .add_server("--upstream", "The server that is asked", upstream.server)
      .add_seconds("--timeout", "How long it may take", upstream.limit)
      .run(argc, argv, [&] {
        return [upstream](Request request) {
          return answer(upstream, std::move(request));
        };
      });
}
