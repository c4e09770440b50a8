// Many clients at once, and a stop that leaves nobody without an answer.
#include "06_tasks_futures/examples/http/server.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/examples/http/client.hpp"
#include "common/testing/open_descriptors.hpp"

namespace http {
namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Event;
using asyncio::Task;
using testing::IsEmpty;

Coroutine<Response> repeat(Request request) {
  co_return Response(200, request.target);
}

Coroutine<std::vector<Response>> answers_of(
    std::vector<Coroutine<Response>> all) {
  co_return co_await asyncio::gather(std::move(all));
}

class HttpServerTest : public asyncio::DescriptorLoopTest {
 protected:
  void TearDown() override {
    EXPECT_THAT(reports_, IsEmpty());
    DescriptorLoopTest::TearDown();
  }

  Server serve(Handler handler, ServerOptions options = {}) {
    return run(start_server(std::move(handler), "127.0.0.1", 0, options));
  }
  static std::string url(const Server& server, const std::string& target) {
    return "http://" + server.sockets().front() + target;
  }
  auto connect(const Server& server) {
    const Url place = parse_url(url(server, "/"));
    return run(asyncio::open_connection(place.host, place.port));
  }
  template <typename Condition>
  void run_until(Condition condition) {
    while (!condition()) run_turns(1);
  }
};

TEST_F(HttpServerTest, ServesManyAtOnce) {
  constexpr std::size_t k_clients = 100;
  std::size_t asked = 0;
  Event all_have_asked;
  const Server server = serve([&](Request request) -> Coroutine<Response> {
    if (++asked == k_clients) all_have_asked.set();
    co_await all_have_asked.wait();
    co_return Response(200, request.target);
  });
  std::vector<Coroutine<Response>> clients;
  for (std::size_t i = 0; i < k_clients; ++i) {
    clients.push_back(get(url(server, '/' + std::to_string(i))));
  }
  const auto answers = run(answers_of(std::move(clients)));
  for (std::size_t i = 0; i < k_clients; ++i) {
    EXPECT_EQ(answers[i].body, '/' + std::to_string(i));
  }
}

TEST_F(HttpServerTest, NoDescriptorIsLeft) {
  const std::size_t before = tests::open_descriptors();
  {
    const Server server = serve(repeat);
    for (int i = 0; i < 5; ++i) run(get(url(server, "/")));
    run(server.stop(10s));
  }
  EXPECT_EQ(tests::open_descriptors(), before);
}

// What the client has not received yet would be lost if the connection were
// reset.
TEST_F(HttpServerTest, ARefusalArrivesWhateverTheClientStillSends) {
  const Server server = serve(repeat);
  const net::Address address = net::resolve(
      "127.0.0.1", static_cast<std::uint16_t>(
                       std::stoi(server.sockets().front().substr(10))));
  const auto [reader, writer] =
      run(asyncio::open_connection("127.0.0.1", address.port()));
  writer.write("GET /" + std::string(4'000'000, 'x'));
  const std::string answer = run(reader.read());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, AStopWaitsForRequestsThatHaveBegun) {
  Event go_on;
  const Server server = serve([&](Request) -> Coroutine<Response> {
    log_.push_back("asked");
    co_await go_on.wait();
    co_return Response(200, "done");
  });
  const Task<Response> client = start(get(url(server, "/")));
  run_until([&] { return !log_.empty(); });
  const Task<> stopped = start(server.stop(10s));
  run_turns(5);
  EXPECT_FALSE(stopped.done());
  EXPECT_THAT(server.sockets(), IsEmpty());
  go_on.set();
  EXPECT_EQ(run(client).body, "done");
  run(stopped);
}

TEST_F(HttpServerTest, ButNotForEver) {
  Event never;
  const Server server = serve([&](Request) -> Coroutine<Response> {
    log_.push_back("asked");
    co_await never.wait();
    co_return Response();
  });
  const Task<Response> client = start(get(url(server, "/")));
  run_until([&] { return !log_.empty(); });
  run(server.stop(20ms));
  EXPECT_THROW(run(client), HttpError);
}

TEST_F(HttpServerTest, IdleClientsDoNotDelayAStop) {
  const Server server = serve(repeat);
  const auto [reader, writer] = connect(server);
  writer.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  run(reader.readuntil("\r\n\r\n/"));
  run(server.stop(std::nullopt));
  EXPECT_EQ(run(reader.read()), "");
}

}  // namespace
}  // namespace http
