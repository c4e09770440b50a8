// A server in a thread of its own that takes a second for each answer; for all
// who ask at once, the same second.
#pragma once

#include <cstdint>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/examples/loop_thread.hpp"

namespace examples {

class SlowServer {
 public:
  [[nodiscard]] std::uint16_t port() const noexcept {
    return thread_.started();
  }

 private:
  static asyncio::Coroutine<> answer(asyncio::StreamReader /*reader*/,
                                     asyncio::StreamWriter writer) {
    co_await asyncio::sleep(seconds(1));
    writer.write("hello\n");
  }
  static asyncio::Coroutine<std::uint16_t> start() {
    const asyncio::Server server =
        co_await asyncio::start_server(answer, "127.0.0.1", 0);
    co_return server.port();
  }

  LoopThread<std::uint16_t> thread_{start};
};

}  // namespace examples
