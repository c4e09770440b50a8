#include "06_tasks_futures/examples/weather_json.hpp"

#include <nlohmann/json.hpp>

#include "06_tasks_futures/examples/http/error.hpp"

namespace examples {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string weather_json(std::string_view city, std::string_view weather) {
  return text_of(json{{"city", city}, {"weather", weather}});
}

std::string error_json(std::string_view error) {
  return text_of(json{{"error", error}});
}

std::string weather_in(std::string_view text) {
  const json report = json::parse(text, nullptr, false);
  const bool has_weather = report.is_object() && report.contains("weather") &&
                           report["weather"].is_string();
  if (!has_weather) throw http::HttpError(502, "no weather is in the answer");
  return report["weather"].get<std::string>();
}

}  // namespace examples
