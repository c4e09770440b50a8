// Ten thousand of what goes wrong all the time: nothing is left of it.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/open_descriptors.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using tests::Allocations;

constexpr int k_times = 10'000;
constexpr int k_until_warm = 600;  // the free lists are full then

class LeaksTest : public LoopTest {
 protected:
  /// Does it often enough, and sees that nothing more is held than before.
  void expect_no_more_after(const std::function<void()>& once) {
    for (int i = 0; i < k_until_warm; ++i) once();
    const std::size_t descriptors = tests::open_descriptors();
    const std::ptrdiff_t bytes = Allocations::bytes;
    for (int i = 0; i < k_times; ++i) once();
    EXPECT_EQ(Allocations::bytes, bytes);
    EXPECT_EQ(tests::open_descriptors(), descriptors);
  }

  [[nodiscard]] StreamReader reader() {
    return StreamReader(
        *new Stream(loop(), std::move(sockets_.here), std::nullopt, 64 * 1024));
  }

  net::SocketPair sockets_{SOCK_NONBLOCK};
};

TEST_F(LeaksTest, TenThousandCancelledReads) {
  const StreamReader stream = reader();
  expect_no_more_after([&] {
    const auto reading = start(stream.readline());
    run_turns(2);
    reading.cancel();
    run_turns(2);
    EXPECT_TRUE(reading.cancelled());
  });
}

template <typename Make>
Coroutine<> times_out(Make make) {
  try {
    co_await wait_for(make(), 1s);
    ADD_FAILURE() << "it came in time";
  } catch (const TimeoutError&) {
  }
}

TEST_F(LeaksTest, TenThousandReadsThatTimeOut) {
  const StreamReader stream = reader();
  expect_no_more_after(
      [&] { run(times_out([&] { return stream.readline(); })); });
}

TEST_F(LeaksTest, TenThousandSleepsAndQueuesThatTimeOut) {
  Queue<std::string> queue;
  expect_no_more_after([&] {
    run(times_out([] { return sleep(1h); }));
    run(times_out([&] { return queue.get(); }));
  });
}

Coroutine<> says_hello(StreamReader /*reader*/, StreamWriter writer) {
  writer.write("hello\n");
  co_return;
}

Coroutine<> connects(std::uint16_t port) {
  auto [reader, writer] = co_await open_connection("127.0.0.1", port);
  const std::string line = co_await reader.readline();
  EXPECT_EQ(line, "hello\n");
}

TEST_F(LeaksTest, TenThousandConnections) {
  const Server server = run(start_server(says_hello, "127.0.0.1", 0));
  expect_no_more_after([&] {
    run(connects(server.port()));
    while (!all_tasks(loop()).empty()) run_turns(1);
  });
}

Coroutine<> is_refused(std::uint16_t port) {
  try {
    co_await open_connection("127.0.0.1", port);
    ADD_FAILURE() << "somebody listens";
  } catch (const std::system_error&) {
  }
}

TEST_F(LeaksTest, TenThousandRefusals) {
  const Server server = run(start_server(says_hello, "127.0.0.1", 0));
  const std::uint16_t port = server.port();
  server.close();
  expect_no_more_after([&] { run(is_refused(port)); });
}

}  // namespace
}  // namespace asyncio
