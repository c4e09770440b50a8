// Ten downloads at once: together they take as long as the slowest. Each is
// written to a file, and since that blocks, a thread does it.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/files.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"
#include "06_tasks_futures/examples/temporary_folder.hpp"
#include "06_tasks_futures/examples/upstream.hpp"

namespace {

using asyncio::Coroutine;
using examples::Stopwatch;

// [region download]
Coroutine<std::uintmax_t> download(std::string url,
                                   std::filesystem::path path) {
  const http::Response response = co_await http::get(url);
  co_return co_await asyncio::to_thread(examples::write_file, path,
                                        response.body);
}

Coroutine<> async_main() {
  const examples::TemporaryFolder folder;
  const std::string server = co_await examples::start_upstream();
  const Stopwatch stopwatch;
  std::vector<Coroutine<std::uintmax_t>> downloads;
  for (int number = 1; number <= examples::k_files; ++number) {
    downloads.push_back(
        download(server + examples::file_path(number),
                 folder.path() / ("file-" + std::to_string(number))));
  }
  const auto sizes = co_await asyncio::gather(std::move(downloads));
  for (const std::uintmax_t size : sizes) std::printf("%ju bytes\n", size);
  std::printf("ten downloads took %d second(s): the slowest of them\n",
              stopwatch.whole_seconds());
}
// [end download]

}  // namespace

int main() {
  asyncio::run(async_main());
}
