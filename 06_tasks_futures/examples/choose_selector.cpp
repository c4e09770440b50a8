// The loop stands on a selector, and doesn't mind which.
#include <cstdio>
#include <memory>
#include <string>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Server;
using asyncio::StreamReader;
using asyncio::StreamWriter;

Coroutine<> greet(StreamReader /*reader*/, StreamWriter writer) {
  writer.write("hello");
  co_return;
}

Coroutine<> async_main(const char* name) {
  const Server server = co_await asyncio::start_server(greet, "127.0.0.1", 0);
  const auto [reader, writer] =
      co_await asyncio::open_connection("127.0.0.1", server.port());
  const std::string heard = co_await reader.read();
  std::printf("%s: %s\n", name, heard.c_str());
}

// [region choose]
template <std::unique_ptr<selectors::Selector> (*selector)()>
std::unique_ptr<EventLoop> loop_on() {
  return std::make_unique<EventLoop>(selector());
}

}  // namespace

int main() {
  asyncio::run(async_main("select"), {loop_on<selectors::select_selector>});
  asyncio::run(async_main("poll"), {loop_on<selectors::poll_selector>});
  asyncio::run(async_main("epoll"), {loop_on<selectors::epoll_selector>});
}
// [end choose]
