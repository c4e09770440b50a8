// The installed library in use: tasks and a socket, and chapter 3's selector
// by itself.
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/asyncio.hpp"
#include "common/net/socket_pair.hpp"

namespace {

using asyncio::Chunk;
using asyncio::Coroutine;
using asyncio::TaskGroup;
using namespace std::chrono_literals;

Coroutine<int> square(int number) {
  co_await asyncio::sleep(1ms);
  co_return number* number;
}

Coroutine<> echo(net::Descriptor socket) {
  while (Chunk chunk = co_await asyncio::sock_recv(socket.get())) {
    co_await asyncio::sock_sendall(socket.get(), chunk.bytes());
  }
}

Coroutine<> talk(net::Descriptor socket, std::string_view words) {
  co_await asyncio::sock_sendall(socket.get(), std::as_bytes(std::span(words)));
  const Chunk answer = co_await asyncio::sock_recv(socket.get());
  std::printf("%.*s comes back as %.*s\n", static_cast<int>(words.size()),
              words.data(), static_cast<int>(answer.bytes().size()),
              reinterpret_cast<const char*>(answer.bytes().data()));
}

Coroutine<> async_main() {
  const auto [four, nine] = co_await asyncio::gather(square(2), square(3));
  std::printf("2 * 2 is %d, 3 * 3 is %d\n", four, nine);

  net::SocketPair sockets(SOCK_NONBLOCK);
  co_await asyncio::task_group([&](TaskGroup& group) -> Coroutine<> {
    group.create_task(echo(std::move(sockets.there)));
    group.create_task(talk(std::move(sockets.here), "hello"));
    co_return;
  });
  std::puts("the group has ended");
}

void use_selector() {
  const net::SocketPair sockets;
  const std::unique_ptr<selectors::Selector> selector =
      selectors::default_selector();
  selector->register_(
      sockets.here.get(), selectors::k_event_write,
      [](selectors::Events) { std::puts("the selector calls back"); });
  for (const auto& [key, events] : selector->select()) key->data(events);
}

}  // namespace

int main() {
  asyncio::run(async_main());
  use_selector();
}
