// Who writes faster than the other reads keeps the rest in memory; unless he
// waits for `drain`.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Server;
using asyncio::StreamReader;
using asyncio::StreamWriter;
using namespace std::chrono_literals;

constexpr std::size_t k_megabyte = 1'000'000;

// [region write]
Coroutine<> write_all(StreamWriter writer, bool drains) {
  const std::string megabyte(k_megabyte, 'x');
  for (int i = 0; i < 64; ++i) {
    writer.write(megabyte);
    if (drains) co_await writer.drain();
  }
}
// [end write]

Coroutine<> measure(std::uint16_t port, bool drains) {
  const auto [reader, writer] =
      co_await asyncio::open_connection("127.0.0.1", port);
  try {
    co_await asyncio::wait_for(write_all(writer, drains), 100ms);
    std::puts("all was written");
  } catch (const asyncio::TimeoutError&) {
    std::puts("it waits");
  }
  const std::size_t kept = writer.get_write_buffer_size();
  std::printf("more than 50 megabytes are kept: %s\n",
              examples::truth(kept > 50 * k_megabyte));
  std::printf("more than 2 megabytes are kept: %s\n",
              examples::truth(kept > 2 * k_megabyte));
  writer.abort();
}

Coroutine<> async_main() {
  asyncio::Event is_over;
  const auto never_reads = [&](StreamReader, StreamWriter) -> Coroutine<> {
    co_await is_over.wait();
  };
  const Server server =
      co_await asyncio::start_server(never_reads, "127.0.0.1", 0);
  co_await measure(server.port(), false);
  co_await measure(server.port(), true);
  is_over.set();
  server.close();
  co_await server.wait_closed();
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
