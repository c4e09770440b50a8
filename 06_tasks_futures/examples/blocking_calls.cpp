// Three calls that block, in three coroutines: no gain. In threads they overlap
// as they would have without blocking.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/slow_server.hpp"
#include "06_tasks_futures/examples/stopwatch.hpp"
#include "common/net/system_call.hpp"

namespace {

using asyncio::Coroutine;
using examples::SlowServer;
using examples::Stopwatch;

// [region get]
/// What chapter 1 would do: each call waits.
std::string blocking_get(std::uint16_t port) {
  const net::Address server = net::resolve("127.0.0.1", port);
  const net::Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  net::checked(::connect(socket.get(), server.pointer(), server.size()),
               "connect");
  std::array<char, 100> answer{};
  const auto n = net::checked(
      ::recv(socket.get(), answer.data(), answer.size(), 0), "recv");
  return {answer.data(), static_cast<std::size_t>(n)};
}

Coroutine<std::string> get_blocking(std::uint16_t port) {
  co_return blocking_get(port);
}

Coroutine<std::string> get_in_thread(std::uint16_t port) {
  co_return co_await asyncio::to_thread(blocking_get, port);
}

Coroutine<std::string> get(std::uint16_t port) {
  const auto [reader, writer] =
      co_await asyncio::open_connection("127.0.0.1", port);
  co_return co_await reader.readline();
}
// [end get]

// [region measure]
using Get = Coroutine<std::string> (*)(std::uint16_t port);

Coroutine<> get_three(const char* name, Get get, std::uint16_t port) {
  const Stopwatch stopwatch;
  co_await asyncio::gather(get(port), get(port), get(port));
  std::printf("%s: the time of %d\n", name, stopwatch.whole_seconds());
}

Coroutine<> async_main() {
  const SlowServer server;
  co_await get_three("blocking", get_blocking, server.port());
  co_await get_three("in threads", get_in_thread, server.port());
  co_await get_three("awaiting", get, server.port());
}
// [end measure]

}  // namespace

int main() {
  asyncio::run(async_main());
}
