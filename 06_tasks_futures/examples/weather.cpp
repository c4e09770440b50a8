// Twelve cities asked at once: whichever answers first, and then all of them in
// order.
#include <cstdio>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"
#include "06_tasks_futures/examples/upstream.hpp"
#include "06_tasks_futures/examples/weather_json.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;
using examples::City;
using examples::Stopwatch;

// [region ask]
/// `Oslo: snow, -4 °C`
Coroutine<std::string> report(std::string server, std::string city) {
  const std::string url =
      server + "/weather?city=" + http::percent_encoded(city);
  const http::Response response = co_await http::get(url);
  co_return city + ": " + examples::weather_in(response.body);
}

Coroutine<> print_report(std::string server, std::string city) {
  const std::string text = co_await report(server, city);
  std::puts(text.c_str());
}
// [end ask]

void print_time(const Stopwatch& stopwatch) {
  std::printf("all twelve took %d second(s)\n", stopwatch.whole_seconds());
}

// [region orders]
Coroutine<> whoever_is_first(std::string server) {
  const Stopwatch stopwatch;
  std::vector<Task<>> tasks;
  for (const City& city : examples::cities()) {
    tasks.push_back(asyncio::create_task(print_report(server, city.name)));
  }
  for (const Task<>& task : tasks) co_await task;
  print_time(stopwatch);
}

Coroutine<> in_order(std::string server) {
  const Stopwatch stopwatch;
  std::vector<Coroutine<std::string>> reports;
  for (const City& city : examples::cities()) {
    reports.push_back(report(server, city.name));
  }
  const auto texts = co_await asyncio::gather(std::move(reports));
  for (const std::string& text : texts) std::puts(text.c_str());
  print_time(stopwatch);
}
// [end orders]

Coroutine<> async_main() {
  const std::string server = co_await examples::start_upstream();
  co_await whoever_is_first(server);
  co_await in_order(server);
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
