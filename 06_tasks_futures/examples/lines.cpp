// A server that answers each line, and a client who sends three, on streams.
#include <cstdint>
#include <cstdio>
#include <string>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Server;
using asyncio::StreamReader;
using asyncio::StreamWriter;

// [region server]
Coroutine<> answer(StreamReader reader, StreamWriter writer) {
  auto lines = reader.lines();
  while (const std::string* line = co_await lines.next()) {
    std::printf("server: %s", line->c_str());
    writer.write("you said " + *line);
    co_await writer.drain();
  }
  std::puts("server: the end");
}
// [end server]

// [region client]
Coroutine<> ask(std::uint16_t port) {
  const auto [reader, writer] =
      co_await asyncio::open_connection("127.0.0.1", port);
  writer.write("one\ntw");  // as it may come over a network
  co_await writer.drain();
  writer.write("o\nthree\n");
  writer.write_eof();
  const std::string first = co_await reader.readline();
  std::printf("client: %s", first.c_str());
  const std::string rest = co_await reader.read();
  std::printf("client: the rest is %zu bytes\n", rest.size());
}

Coroutine<> async_main() {
  const Server server = co_await asyncio::start_server(answer, "127.0.0.1", 0);
  co_await ask(server.port());
  server.close();
  co_await server.wait_closed();
}
// [end client]

}  // namespace

int main() {
  asyncio::run(async_main());
}
