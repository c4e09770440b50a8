#include "06_tasks_futures/examples/upstream.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/http/url.hpp"
#include "06_tasks_futures/examples/weather_json.hpp"

namespace examples {
namespace {

using asyncio::Coroutine;
using http::HttpError;
using http::Request;
using http::Response;

// The seconds that each file takes: ten in all, and two at most.
constexpr std::array k_file_seconds = {1.5, 0.5, 2.0, 1.0, 0.5,
                                       1.0, 0.5, 1.0, 1.5, 0.5};
static_assert(k_file_seconds.size() == k_files);

constexpr std::string_view k_files_path = "/files/";
constexpr std::string_view k_moved_path = "/moved/";

/// The number of a file, behind its folder. Throws HttpError (404).
int file_number(std::string_view text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, number);
  if (ec == std::errc() && rest == end && number >= 1 && number <= k_files) {
    return number;
  }
  throw HttpError(404, "no such file");
}

Coroutine<Response> weather_of(std::string name, std::optional<double> time) {
  const auto city = std::ranges::find(cities(), name, &City::name);
  const bool is_known = city != cities().end();
  co_await asyncio::sleep(seconds(time.value_or(is_known ? city->seconds : 0)));
  if (!is_known) throw HttpError(404, "no such city");
  co_return Response(200, weather_json(city->name, city->weather),
                     "application/json");
}

Coroutine<Response> file(int number, std::optional<double> time) {
  const auto index = static_cast<std::size_t>(number - 1);
  co_await asyncio::sleep(seconds(time.value_or(k_file_seconds[index])));
  const auto size = 100'000 * static_cast<std::size_t>(number);
  co_return Response(200, std::string(size, 'x'), "application/octet-stream");
}

Response moved(int number) {
  Response response(301);
  response.headers.add("Location",
                       std::string(k_files_path) + std::to_string(number));
  return response;
}

Response refusal() {
  Response response(405);
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

Coroutine<Response> answer(std::optional<double> time, Request request) {
  const std::string path = http::path_of(request.target);
  const std::string_view view = path;
  if (request.method != "GET" && request.method != "HEAD") co_return refusal();
  if (path == "/weather") {
    const auto city = http::parameter(request.target, "city");
    co_return co_await weather_of(city.value_or(""), time);
  }
  if (view.starts_with(k_files_path)) {
    const int number = file_number(view.substr(k_files_path.size()));
    co_return co_await file(number, time);
  }
  if (view.starts_with(k_moved_path)) {
    co_return moved(file_number(view.substr(k_moved_path.size())));
  }
  throw HttpError(404, "no such page");
}

}  // namespace

const std::vector<City>& cities() {
  static const std::vector<City> all = {
      {"Oslo", "snow, -4 °C", 1.5},        {"Lisboa", "sun, 17 °C", 0.5},
      {"Zürich", "fog, 2 °C", 2.25},       {"Kraków", "clouds, 3 °C", 3},
      {"Αθήνα", "sun, 15 °C", 0.25},       {"Москва", "snow, -9 °C", 2},
      {"Nairobi", "sun, 24 °C", 1},        {"東京", "rain, 11 °C", 2.75},
      {"São Paulo", "storm, 27 °C", 1.75}, {"Reykjavík", "sleet, 1 °C", 0.75},
      {"Québec", "snow, -12 °C", 2.5},     {"Wellington", "wind, 19 °C", 1.25},
  };
  return all;
}

http::Handler upstream_handler(std::optional<double> time) {
  return [time](Request request) { return answer(time, std::move(request)); };
}

asyncio::Coroutine<std::string> start_upstream() {
  const http::Server server =
      co_await http::start_server(upstream_handler(), "127.0.0.1", 0);
  co_return "http://" + server.sockets().front();
}

}  // namespace examples
