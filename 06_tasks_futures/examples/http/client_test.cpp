// Pages from servers of all kinds: good ones, and those that answer rubbish.
#include "06_tasks_futures/examples/http/client.hpp"

#include <sys/socket.h>

#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/testing/open_descriptors.hpp"

namespace http {
namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::StreamReader;
using asyncio::StreamWriter;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class ClientTest : public asyncio::DescriptorLoopTest {
 protected:
  void TearDown() override {
    EXPECT_THAT(reports_, IsEmpty());
    DescriptorLoopTest::TearDown();
  }

  /// From here on a server sends `answers`, one after the other, each on a
  /// connection of its own. What it is asked stands in log_.
  void answer(std::vector<std::string> answers) {
    answers_ = std::move(answers);
    server_ = run(asyncio::start_server(
        [this](StreamReader reader, StreamWriter writer) -> Coroutine<> {
          log_.push_back(co_await reader.readuntil("\r\n\r\n"));
          writer.write(answers_.at(log_.size() - 1));
          writer.close();
        },
        "127.0.0.1", 0));
  }
  [[nodiscard]] std::string url(const std::string& target = "/") const {
    return "http://" + server_->sockets().front() + target;
  }
  /// What get() throws.
  template <typename Error>
  std::string error(const std::string& page) {
    return asyncio::message_of<Error>([&] { return run(get(page)); });
  }
  std::string refusal(const std::string& text) {
    answer({text});
    const std::string what = error<HttpError>(url());
    EXPECT_THAT(what, testing::StartsWith(url() + ": "));
    return what;
  }

  std::vector<std::string> answers_;
  std::optional<asyncio::Server> server_;
};

TEST_F(ClientTest, AsksAndGetsTheAnswer) {
  answer(
      {"HTTP/1.1 404 Not Found\r\nX-Y: z\r\nContent-Length: 5\r\n\r\nhello"});
  const Response response = run(get(url("/a?b")));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(*response.headers.find("x-y"), "z");
  EXPECT_EQ(response.body, "hello");
  EXPECT_THAT(log_, ElementsAre("GET /a?b HTTP/1.1\r\nHost: " +
                                server_->sockets().front() +
                                "\r\nConnection: close\r\n\r\n"));
}

TEST_F(ClientTest, TheBodyMayEndWithTheConnection) {
  answer({"HTTP/1.0 200 OK\r\n\r\nhello"});
  EXPECT_EQ(run(get(url())).body, "hello");
}

TEST_F(ClientTest, AnnouncementsAreNoAnswer) {
  answer(
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n"
       "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"});
  EXPECT_EQ(run(get(url())).body, "hello");
}

TEST_F(ClientTest, RedirectionsAreFollowed) {
  answer({"HTTP/1.1 301 Moved\r\nLocation: b?c\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 307 Moved\r\nLocation: /d\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"});
  EXPECT_EQ(run(get(url("/x/a"))).body, "hello");
  EXPECT_THAT(log_, ElementsAre(testing::StartsWith("GET /x/a "),
                                testing::StartsWith("GET /x/b?c "),
                                testing::StartsWith("GET /d ")));
}

TEST_F(ClientTest, RedirectionsComeToAnEnd) {
  answer(std::vector<std::string>(
      6, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_THAT(error<HttpError>(url()), EndsWith("too many redirections"));
  EXPECT_EQ(log_.size(), 6U);
}

TEST_F(ClientTest, ARedirectionElsewhereIsRefused) {
  EXPECT_THAT(refusal("HTTP/1.1 302 Found\r\nLocation: https://x/\r\n"
                      "Content-Length: 0\r\n\r\n"),
              HasSubstr("https://x/"));
}

TEST_F(ClientTest, RubbishIsRefused) {
  EXPECT_THAT(refusal("220 mail.example.com\r\n\r\n"), EndsWith("bad version"));
}

TEST_F(ClientTest, AnAnswerCutShortIsRefused) {
  EXPECT_THAT(refusal(""), EndsWith("partial message"));
}

TEST_F(ClientTest, ABodyCutShortIsRefused) {
  EXPECT_THAT(refusal("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"),
              EndsWith("partial message"));
}

TEST_F(ClientTest, WhatIsNoAddressIsRefused) {
  EXPECT_EQ(error<asyncio::ValueError>("ftp://x/"),
            "'ftp://x/' is no http:// address");
}

TEST_F(ClientTest, NobodyThereIsAnError) {
  answer({});
  const std::string page = url();
  server_->close();
  EXPECT_THAT(error<std::system_error>(page), HasSubstr("Connection refused"));
}

TEST_F(ClientTest, AConnectionThatIsResetIsAnError) {
  server_ = run(asyncio::start_server(
      [](StreamReader reader, StreamWriter writer) -> Coroutine<> {
        co_await reader.read(1);  // the rest stays unread
        writer.abort();
      },
      "127.0.0.1", 0));
  EXPECT_THAT(error<std::system_error>(url("/" + std::string(100'000, 'x'))),
              HasSubstr("Connection reset"));
}

TEST_F(ClientTest, GivenUpItLeavesNothingOpen) {
  server_ = run(asyncio::start_server(
      [](StreamReader reader, StreamWriter) -> Coroutine<> {
        co_await reader.read();
      },
      "127.0.0.1", 0));
  const std::size_t before = tests::open_descriptors();
  EXPECT_THROW(run(asyncio::wait_for(get(url()), 20ms)), asyncio::TimeoutError);
  while (tests::open_descriptors() > before) run_turns(1);
}

}  // namespace
}  // namespace http
