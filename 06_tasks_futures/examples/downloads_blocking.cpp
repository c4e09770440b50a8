// The same ten downloads by calls that block: coroutines or not, there is one
// thread, and they go one after the other. You should see them take five times
// as long: ten seconds, which is all of them together.
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/files.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "06_tasks_futures/examples/http/serialize.hpp"
#include "06_tasks_futures/examples/loop_thread.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"
#include "06_tasks_futures/examples/temporary_folder.hpp"
#include "06_tasks_futures/examples/upstream.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using asyncio::Coroutine;
using examples::Stopwatch;
using http::Response;
using http::Url;

// [region blocking]
net::Descriptor connect_blocking(const Url& url) {
  const net::Address server = net::resolve(url.host, url.port);
  net::Descriptor socket(net::checked(
      ::socket(server.family(), SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  net::checked(::connect(socket.get(), server.pointer(), server.size()),
               "connect");
  return socket;
}

Response get_once_blocking(const Url& url) {
  const net::Descriptor socket = connect_blocking(url);
  const std::string request = http::serialized_get(url.authority(), url.target);
  net::checked(::send(socket.get(), request.data(), request.size(), 0), "send");
  http::ResponseParser parser({.head = 8 * 1024, .body = 8 * 1024 * 1024});
  std::string buffer;
  std::array<char, 16 * 1024> some{};
  while (!parser.is_done()) {
    const ssize_t n = ::recv(socket.get(), some.data(), some.size(), 0);
    if (net::checked(n, "recv") == 0) parser.feed_end();
    buffer.append(some.data(), static_cast<std::size_t>(n));
    if (!parser.is_done()) buffer.erase(0, parser.feed(buffer));
  }
  return parser.take();
}

Response get_blocking(Url url) {
  while (true) {
    Response response = get_once_blocking(url);
    const std::optional<Url> next = http::redirection(url, response);
    if (!next) return response;
    url = *next;
  }
}

Coroutine<std::uintmax_t> download(std::string url,
                                   std::filesystem::path path) {
  const Response response = get_blocking(http::parse_url(url));
  co_return examples::write_file(path, response.body);
}
// [end blocking]

Coroutine<> async_main(std::string server) {
  const examples::TemporaryFolder folder;
  const Stopwatch stopwatch;
  std::vector<Coroutine<std::uintmax_t>> downloads;
  for (int number = 1; number <= examples::k_files; ++number) {
    downloads.push_back(
        download(server + examples::file_path(number),
                 folder.path() / ("file-" + std::to_string(number))));
  }
  const auto sizes = co_await asyncio::gather(std::move(downloads));
  for (const std::uintmax_t size : sizes) std::printf("%ju bytes\n", size);
  std::printf("ten downloads took %d second(s): all of them together\n",
              stopwatch.whole_seconds());
}

}  // namespace

int main() {
  const examples::LoopThread upstream(examples::start_upstream);
  asyncio::run(async_main(upstream.started()));
}
