// A server of our own that takes its time: cities and their weather, and files
// to download. What the examples of HTTP ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/examples/http/server.hpp"

namespace examples {

/// A city that the server knows.
struct City {
  std::string name;
  std::string weather;
  double seconds;  // that its answer takes, in the seconds of the examples
};

/// The twelve of them.
[[nodiscard]] const std::vector<City>& cities();

/// How many files there are: /files/1, /files/2, ...; /moved/4 leads to
/// /files/4.
inline constexpr int k_files = 10;

/// What answers `GET /weather?city=Oslo` and `GET /files/1`. It takes so many
/// seconds for each; without them, a time that depends on which it is.
[[nodiscard]] http::Handler upstream_handler(
    std::optional<double> time = std::nullopt);

/// Listens in the loop that runs, on a port that the kernel chooses, and gives
/// its address: `http://127.0.0.1:40312`. It ends with the loop.
asyncio::Coroutine<std::string> start_upstream();

}  // namespace examples
