// Three pages asked for at once.
#include <cstdio>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "06_tasks_futures/examples/upstream.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Task;

// [region call_url]
Coroutine<> call_url(std::string server, std::string page) {
  std::printf("Starting %s\n", page.c_str());
  const http::Response response = co_await http::get(server + page);
  std::printf("%s: %zu bytes: %.8s ...\n", page.c_str(), response.body.size(),
              response.body.c_str());
}

Coroutine<> async_main() {
  const std::string server = co_await examples::start_upstream();
  std::vector<Task<>> tasks;
  for (const char* page : {"/files/1", "/files/2", "/files/3"}) {
    tasks.push_back(asyncio::create_task(call_url(server, page)));
  }
  const auto [done, pending] = co_await asyncio::wait(tasks);
  std::printf("%zu done, %zu pending\n", done.size(), pending.size());
}
// [end call_url]

}  // namespace

int main() {
  asyncio::run(async_main());
}
