// Servers on streams: who comes, who is served, and how it ends.
#include "06_tasks_futures/asyncio/streams/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/async_with.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/streams/open_connection.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/testing/no_descriptors.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

Coroutine<> echoes_lines(StreamReader reader, StreamWriter writer) {
  auto lines = reader.lines();
  while (const std::string* line = co_await lines.next()) {
    writer.write(*line);
    co_await writer.drain();
  }
}

/// A client of a server that echoes lines.
Coroutine<std::string> asks(std::uint16_t port, std::string question) {
  auto [reader, writer] = co_await open_connection("127.0.0.1", port);
  writer.write(question);
  co_return co_await reader.readline();
}

Coroutine<std::vector<std::string>> answers_of(
    std::vector<Coroutine<std::string>> clients) {
  co_return co_await gather(std::move(clients));
}

class ServerTest : public DescriptorLoopTest {
 protected:
  void TearDown() override {
    EXPECT_THAT(reports_, IsEmpty());
    DescriptorLoopTest::TearDown();
  }

  Server serve(ClientConnected handler, StreamOptions options = {}) {
    return run(start_server(std::move(handler), "127.0.0.1", 0, options));
  }
  std::pair<StreamReader, StreamWriter> connect(const Server& server) {
    return run(open_connection("127.0.0.1", server.port()));
  }
  /// A client who is not of the loop, and waits to be accepted.
  net::Descriptor knock(const Server& server) {
    const net::Address address = net::resolve("127.0.0.1", server.port());
    net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    net::checked(::connect(socket.get(), address.pointer(), address.size()),
                 "connect");
    return socket;
  }
  /// Until `condition` is so.
  template <typename Condition>
  void run_until(Condition condition) {
    while (!condition()) run_turns(1);
  }
};

// test_start_server
TEST_F(ServerTest, ServesManyClientsAtOnce) {
  const Server server = serve(echoes_lines);
  std::vector<Coroutine<std::string>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(asks(server.port(), std::to_string(i) + "\n"));
  }
  const auto answers = run(answers_of(std::move(clients)));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i], std::to_string(i) + "\n");
  }
  server.close();
  run(server.wait_closed());
}

TEST_F(ServerTest, SaysWhereItListens) {
  const Server server = serve(echoes_lines);
  EXPECT_TRUE(server.is_serving());
  EXPECT_THAT(server.sockets(),
              ElementsAre("127.0.0.1:" + std::to_string(server.port())));
  server.close();
  EXPECT_FALSE(server.is_serving());
  EXPECT_THAT(server.sockets(), IsEmpty());
  EXPECT_EQ(server.port(), 0);
}

TEST_F(ServerTest, ServesOnASocketThatListensAlready) {
  net::Descriptor listener = net::listen_on(net::resolve("127.0.0.1", 0));
  const std::uint16_t port = net::local_address(listener.get()).port();
  const Server server = run(start_server(echoes_lines, std::move(listener)));
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(run(asks(port, "x\n")), "x\n");
}

TEST_F(ServerTest, WithoutAHostItListensOnAllAddresses) {
  const Server server = run(start_server(echoes_lines, "", 0));
  EXPECT_EQ(run(asks(server.port(), "x\n")), "x\n");
  EXPECT_THAT(
      server.sockets(),
      ElementsAre(testing::AnyOf(StartsWith("[::]:"), StartsWith("0.0.0.0:"))));
}

TEST_F(ServerTest, WhatCannotBeListenedOnIsNamed) {
  const Server server = serve(echoes_lines);
  const std::string where = server.sockets().front();
  EXPECT_EQ(
      message_of<std::system_error>([&] {
        return run(start_server(echoes_lines, "127.0.0.1", server.port()));
      }),
      "cannot listen on " + where + ": Address already in use");
  EXPECT_EQ(message_of<std::system_error>([&] {
              return run(start_server(echoes_lines, "no.invalid", 0));
            }),
            "cannot listen on no.invalid:0: Name or service not known");
  EXPECT_EQ(
      message_of<std::system_error>([&] {
        return run(start_server(echoes_lines, std::string("::1\0x", 5), 0));
      }),
      "cannot listen on [::1");
}

TEST_F(ServerTest, KnowsItsClientsNames) {
  const Server server =
      serve([this](StreamReader, StreamWriter writer) -> Coroutine<> {
        log_.push_back(writer.get_extra_info("peername").value_or("nobody"));
        log_.push_back(writer.get_extra_info("sockname").value_or("nobody"));
        co_return;
      });
  const auto client = connect(server);
  const auto name = client.second.get_extra_info("sockname");
  EXPECT_EQ(client.second.get_extra_info("peername"), server.sockets().front());
  EXPECT_EQ(run(client.first.read()), "");
  EXPECT_THAT(log_, ElementsAre(*name, server.sockets().front()));
}

TEST_F(ServerTest, ALineTooLongEndsThatClientAlone) {
  const Server server = serve(echoes_lines, {.limit = 10});
  const auto bad = connect(server);
  const auto good = connect(server);
  bad.second.write(std::string(100, 'x'));
  EXPECT_EQ(run(bad.first.read()), "");
  EXPECT_THAT(
      reports_,
      ElementsAre("Unhandled exception in client_connected_cb: "
                  "Separator is not found, and chunk exceed the limit"));
  reports_.clear();
  good.second.write("fine\n");
  EXPECT_EQ(run(good.first.readline()), "fine\n");
}

// test_unhandled_exception
TEST_F(ServerTest, WhatAHandlerThrowsIsToldAndEndsThatClientAlone) {
  const Server server = serve([](StreamReader, StreamWriter) -> Coroutine<> {
    throw std::runtime_error("test");
    co_return;
  });
  const auto client = connect(server);
  EXPECT_EQ(run(client.first.read()), "");
  EXPECT_THAT(reports_,
              ElementsAre("Unhandled exception in client_connected_cb: test"));
  reports_.clear();
}

// test_unhandled_cancel
TEST_F(ServerTest, ACancelledHandlerEndsThatClientSilently) {
  const Server server = serve([](StreamReader, StreamWriter) -> Coroutine<> {
    current_task()->cancel();
    co_await sleep(0s);
  });
  const auto client = connect(server);
  EXPECT_EQ(run(client.first.read()), "");
}

TEST_F(ServerTest, AHandlerThatCapturesLivesAsLongAsItsTasks) {
  auto shared = std::make_shared<std::string>("kept\n");
  std::optional<Server> server =
      serve([shared](StreamReader reader, StreamWriter writer) -> Coroutine<> {
        co_await reader.readline();
        writer.write(*shared);
      });
  const auto client = connect(*server);
  run_until([&] { return all_tasks(loop()).size() == 1; });
  server->close();
  server.reset();
  shared.reset();
  client.second.write("\n");
  EXPECT_EQ(run(client.first.readline()), "kept\n");
}

TEST_F(ServerTest, AConnectionThatItsHandlerLeavesOpenIsClosed) {
  const Server server =
      serve([](StreamReader, StreamWriter writer) -> Coroutine<> {
        writer.write("bye");
        co_return;
      });
  EXPECT_EQ(run(connect(server).first.read()), "bye");
}

// ---- its end

Coroutine<std::string> connects(std::uint16_t port) {
  try {
    co_await open_connection("127.0.0.1", port);
  } catch (const std::system_error& error) {
    co_return error.code().message();
  }
  co_return "connected";
}

// test_server_close
TEST_F(ServerTest, ClosedItRefusesButLeavesItsConnections) {
  const Server server = serve(echoes_lines);
  const std::uint16_t port = server.port();
  const auto client = connect(server);
  client.second.write("before\n");
  EXPECT_EQ(run(client.first.readline()), "before\n");
  server.close();
  server.close();
  EXPECT_EQ(run(connects(port)), "Connection refused");
  client.second.write("after\n");
  EXPECT_EQ(run(client.first.readline()), "after\n");
}

// test_wait_closed_basic, test_wait_closed_race
TEST_F(ServerTest, WaitClosedWaitsForTheServerAndItsConnections) {
  const Server server = serve(echoes_lines);
  const auto closed = start(server.wait_closed());
  run_turns(2);
  EXPECT_FALSE(closed.done());
  std::optional client = connect(server);
  run_until([&] { return all_tasks(loop()).size() == 2; });
  server.close();
  run_turns(3);
  EXPECT_FALSE(closed.done());
  client.reset();
  run(closed);
  run(server.wait_closed());
}

// test_close_clients
TEST_F(ServerTest, CloseClientsEndsThemOnceAllIsSent) {
  const std::size_t size = 4'000'000;
  const Server server =
      serve([&](StreamReader reader, StreamWriter writer) -> Coroutine<> {
        writer.write(std::string(size, 'x'));
        co_await reader.read();
      });
  const auto client = connect(server);
  run_until([&] { return all_tasks(loop()).size() == 1; });
  server.close();
  server.close_clients();
  const auto all = start(client.first.read());
  run(server.wait_closed());
  EXPECT_EQ(run(all).size(), size);
}

// test_abort_clients
TEST_F(ServerTest, AbortClientsEndsThemAtOnce) {
  const std::size_t size = 40'000'000;
  const Server server =
      serve([&](StreamReader reader, StreamWriter writer) -> Coroutine<> {
        writer.write(std::string(size, 'x'));
        co_await reader.read();
      });
  const auto client = connect(server);
  run_until([&] { return all_tasks(loop()).size() == 1; });
  server.close();
  server.abort_clients();
  run(server.wait_closed());
  EXPECT_LT(run(client.first.read()).size(), size);
}

Coroutine<> serves(Server server, Log& log) {
  try {
    co_await server.serve_forever();
  } catch (const CancelledError&) {
    log.emplace_back("cancelled");
    throw;
  }
}

TEST_F(ServerTest, ServeForeverClosesAllWhenItIsCancelled) {
  const Server server = serve(echoes_lines);
  const auto serving = start(serves(server, log_));
  const auto client = connect(server);
  run_until([&] { return all_tasks(loop()).size() == 2; });
  serving.cancel();
  EXPECT_EQ(run(client.first.read()), "");
  run_until([&] { return serving.done(); });
  EXPECT_TRUE(serving.cancelled());
  EXPECT_THAT(log_, ElementsAre("cancelled"));
  EXPECT_FALSE(server.is_serving());
  EXPECT_EQ(message_of<RuntimeError>([&] {
              run(server.serve_forever());
              return 0;
            }),
            "server is closed");
}

TEST_F(ServerTest, CloseEndsServeForever) {
  const Server server = serve(echoes_lines);
  const auto serving = start(serves(server, log_));
  run_turns(1);
  EXPECT_EQ(message_of<RuntimeError>([&] {
              run(server.serve_forever());
              return 0;
            }),
            "server is already being awaited on serve_forever()");
  server.close();
  run_until([&] { return serving.done(); });
  EXPECT_TRUE(serving.cancelled());
}

Coroutine<> serves_in_block(std::uint16_t& port) {
  const Server server = co_await start_server(echoes_lines, "127.0.0.1", 0);
  port = server.port();
  co_await async_with(server, [&](const Server& same) -> Coroutine<> {
    const std::string answer = co_await asks(same.port(), "x\n");
    EXPECT_EQ(answer, "x\n");
  });
  EXPECT_FALSE(server.is_serving());
}

TEST_F(ServerTest, AsyncWithClosesIt) {
  std::uint16_t port = 0;
  run(serves_in_block(port));
  EXPECT_EQ(run(connects(port)), "Connection refused");
}

TEST_F(ServerTest, ItsLoopClosesIt) {
  const Server server = serve(echoes_lines);
  const auto client = connect(server);
  run_until([&] { return all_tasks(loop()).size() == 1; });
  loop().close();
  EXPECT_FALSE(server.is_serving());
  EXPECT_TRUE(client.second.is_closing());
  EXPECT_THAT(reports_,
              ElementsAre(StartsWith("Task was destroyed but it is pending!")));
  reports_.clear();
}

// ---- when something is short

TEST_F(ServerTest, OutOfDescriptorsItSaysSoAndLooksAgainLater) {
  const Server server = serve(echoes_lines);
  const net::Descriptor socket = knock(server);
  {
    const tests::NoDescriptors none;
    run_turns(3);
    EXPECT_THAT(reports_,
                ElementsAre("socket.accept() out of system resource: accept: "
                            "Too many open files"));
  }
  run_turns(3);
  EXPECT_THAT(all_tasks(loop()), IsEmpty());  // it does not spin
  reports_.clear();
  ASSERT_EQ(::send(socket.get(), "late\n", 5, 0), 5);
  const auto begin = Clock::now();
  run_until([&] { return !all_tasks(loop()).empty(); });
  EXPECT_GE(Clock::now() - begin, 500ms);
}

TEST_F(ServerTest, AClientThatLeavesMakesRoomForTheNextAtOnce) {
  const Server server = serve(echoes_lines);
  net::Descriptor first = knock(server);
  run_until([&] { return !all_tasks(loop()).empty(); });
  const net::Descriptor second = knock(server);
  {
    const tests::NoDescriptors none;
    run_turns(3);
  }
  EXPECT_THAT(reports_, SizeIs(1));
  reports_.clear();
  first.close();
  ASSERT_EQ(::send(second.get(), "x\n", 2, 0), 2);
  run_turns(10);  // none of them waits for a timer
  std::array<char, 2> answer{};
  EXPECT_EQ(::recv(second.get(), answer.data(), answer.size(), MSG_DONTWAIT),
            2);
}

TEST_F(ServerTest, ItMayBeClosedWhileItIsShort) {
  const Server server = serve(echoes_lines);
  loop().set_exception_handler(
      [&](EventLoop&, const ExceptionContext&) { server.close(); });
  const net::Descriptor socket = knock(server);
  const tests::NoDescriptors none;
  run_turns(3);
  EXPECT_FALSE(server.is_serving());
}

// ---- in the file system

class UnixServerTest : public ServerTest {
 protected:
  UnixServerTest() {
    std::string pattern = testing::TempDir() + "/unix_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "socket";
  }
  ~UnixServerTest() override { std::filesystem::remove_all(folder_); }

  Server serve_here() { return run(start_unix_server(echoes_lines, path_)); }

  std::filesystem::path folder_;
  std::string path_;
};

Coroutine<std::string> asks_at(std::string path, std::string question) {
  auto [reader, writer] = co_await open_unix_connection(path);
  EXPECT_EQ(writer.get_extra_info("peername"), std::nullopt);
  writer.write(question);
  co_return co_await reader.readline();
}

// test_start_unix_server
TEST_F(UnixServerTest, ServesItsClients) {
  const Server server = serve_here();
  EXPECT_THAT(server.sockets(), ElementsAre(path_));
  std::vector<Coroutine<std::string>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(asks_at(path_, "x\n"));
  EXPECT_THAT(run(answers_of(std::move(clients))),
              testing::AllOf(SizeIs(20), testing::Each("x\n")));
}

// test_unix_server_addr_cleanup
TEST_F(UnixServerTest, RemovesItsSocketAtTheEnd) {
  const Server server = serve_here();
  EXPECT_TRUE(std::filesystem::exists(path_));
  server.close();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

// test_unix_server_cleanup_gone
TEST_F(UnixServerTest, DoesNotMindThatItIsGone) {
  const Server server = serve_here();
  std::filesystem::remove(path_);
  server.close();
}

// test_unix_server_cleanup_replaced
TEST_F(UnixServerTest, LeavesAnothersSocket) {
  const Server first = serve_here();
  const Server second = serve_here();
  first.close();
  EXPECT_EQ(run(asks_at(path_, "second\n")), "second\n");
}

TEST_F(UnixServerTest, ReplacesWhatWasLeftOverButNoFile) {
  {
    serve_here();
  }
  close_loop();
  loop_ = new_loop();
  ASSERT_EQ(::mknod(path_.c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_EQ(message_of<std::system_error>(
                [&] { return run(open_unix_connection(path_)); }),
            "connect to " + path_ + ": Connection refused");
  {
    serve_here().close();
  }
  ASSERT_EQ(::mknod(path_.c_str(), S_IFREG | 0600, 0), 0);
  EXPECT_EQ(message_of<std::system_error>([&] { return serve_here(); }),
            "cannot listen on " + path_ + ": Address already in use");
}

TEST_F(UnixServerTest, APathTooLongIsNamed) {
  const std::string path(200, 'x');
  EXPECT_THAT(
      message_of<ValueError>([&] { return run(open_unix_connection(path)); }),
      StartsWith("unix socket 'xxx"));
}

}  // namespace
}  // namespace asyncio
