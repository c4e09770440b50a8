// What a loop runs: coroutines, callbacks, sockets and other programs, in one
// thread.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/subprocesses/subprocess.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Process;
using asyncio::Server;
using asyncio::StreamReader;
using asyncio::StreamWriter;
using namespace std::chrono_literals;

Coroutine<std::string> coroutine() {
  co_await asyncio::sleep(1ms);
  co_return "a coroutine";
}

Coroutine<std::string> callback() {
  const auto future = asyncio::get_running_loop().create_future<std::string>();
  asyncio::get_running_loop().call_later(
      1ms, [=] { future.set_result("a callback"); });
  co_return co_await future;
}

Coroutine<> greet(StreamReader /*reader*/, StreamWriter writer) {
  writer.write("a socket");
  co_return;
}

Coroutine<std::string> socket() {
  const Server server = co_await asyncio::start_server(greet, "127.0.0.1", 0);
  const auto [reader, writer] =
      co_await asyncio::open_connection("127.0.0.1", server.port());
  std::string heard = co_await reader.read();
  server.close();
  co_return heard;
}

Coroutine<std::string> program() {
  const Process process = co_await asyncio::create_subprocess_exec(
      {.stdout_ = asyncio::subprocess::pipe}, "printf", "another program");
  auto [output, errors] = co_await process.communicate();
  co_return std::move(output);
}

Coroutine<> async_main() {
  const auto [one, two, three, four] =
      co_await asyncio::gather(coroutine(), callback(), socket(), program());
  for (const std::string& each : {one, two, three, four}) {
    std::puts(each.c_str());
  }
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
