// One client at a time: what it is answered, and how the connection ends.
#include "06_tasks_futures/examples/http/connection.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/streams/streams_test.hpp"

namespace http {
namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::Event;
using asyncio::StreamReader;
using asyncio::Task;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers with what it was asked.
Coroutine<Response> repeat(Request request) {
  co_return Response(
      200, request.method + ' ' + request.target + ' ' + request.body);
}

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string post(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n" + body;
}

/// How it is answered.
std::string ok(const std::string& body, const std::string& connection) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\nConnection: " + connection +
         "\r\n\r\n" + body;
}

class ConnectionTest : public asyncio::StreamTest {
 protected:
  void TearDown() override {
    site_.reset();
    served_.reset();
    StreamTest::TearDown();
  }

  void serve(Handler handler = repeat, ServerOptions options = {}) {
    site_ = std::make_shared<Site>(std::move(handler), options);
    served_ = start(serve_client(site_, reader(), writer()));
    forget_streams();
  }
  /// What it answers until `end` comes.
  std::string hear_until(const std::string& end) {
    std::string text;
    while (text.find(end) == std::string::npos) {
      text += heard();
      run_turns(1);
    }
    return text;
  }
  /// All that comes of `text`, when the client then ends.
  std::string answers_to(const std::string& text) {
    if (!served_) serve();
    say_last(text);
    return hear_until("(end)");
  }
  void run_until_served() { run(*served_); }

  std::shared_ptr<Site> site_;
  std::optional<Task<>> served_;
};

TEST_F(ConnectionTest, ARequestIsAnswered) {
  EXPECT_EQ(answers_to(get("/a")), ok("GET /a ", "keep-alive") + "(end)");
  run_until_served();
}

TEST_F(ConnectionTest, TheNextRequestComesOnTheSameConnection) {
  serve();
  for (const std::string target : {"/a", "/b", "/c"}) {
    say(get(target));
    EXPECT_EQ(hear_until(target + ' '),
              ok("GET " + target + ' ', "keep-alive"));
  }
}

TEST_F(ConnectionTest, RequestsSentTogetherAreAnsweredInTheirOrder) {
  EXPECT_EQ(answers_to(get("/a") + post("Content-Length: 2", "hi") + get("/b")),
            ok("GET /a ", "keep-alive") + ok("POST / hi", "keep-alive") +
                ok("GET /b ", "keep-alive") + "(end)");
}

TEST_F(ConnectionTest, TheSecondBeginsWhenTheFirstIsAnswered) {
  Event go_on;
  serve([&](Request request) -> Coroutine<Response> {
    log_.push_back(request.target);
    co_await go_on.wait();
    co_return Response(200, request.target);
  });
  say(get("/a") + get("/b"));
  while (log_.empty()) run_turns(1);
  run_turns(5);
  EXPECT_THAT(log_, ElementsAre("/a"));
  go_on.set();
  hear_until("/b");
}

TEST_F(ConnectionTest, WhoeverWantsToCloseGetsItsWay) {
  serve();
  say(get("/a", "Connection: close\r\n") + get("/b"));
  EXPECT_EQ(hear_until("(end)"), ok("GET /a ", "close") + "(end)");
}

TEST_F(ConnectionTest, Http10ClosesUnlessItIsAskedNotTo) {
  serve();
  say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(hear_until("/a "), ok("GET /a ", "keep-alive"));
  say("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_EQ(hear_until("(end)"), ok("GET /b ", "close") + "(end)");
}

TEST_F(ConnectionTest, HeadIsAnsweredWithoutABody) {
  const std::string answers =
      answers_to("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
  EXPECT_THAT(answers, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(answers, Not(HasSubstr("HEAD")));
  EXPECT_THAT(answers, EndsWith(ok("GET /b ", "keep-alive") + "(end)"));
}

TEST_F(ConnectionTest, StatusesWithoutABodySendNone) {
  serve([](Request) -> Coroutine<Response> { co_return Response(204); });
  EXPECT_EQ(answers_to(get("/")),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n(end)");
}

TEST_F(ConnectionTest, ARequestMayComeByteByByte) {
  serve();
  const std::string text =
      get("/a") + post("Content-Length: 2", "hi") +
      post("Transfer-Encoding: chunked", "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n");
  for (const char byte : text) {
    say(std::string(1, byte));
    run_turns(3);
  }
  EXPECT_EQ(answers_to(""), ok("GET /a ", "keep-alive") +
                                ok("POST / hi", "keep-alive") +
                                ok("POST / hi", "keep-alive") + "(end)");
}

TEST_F(ConnectionTest, WhoeverWaitsForContinueGetsIt) {
  serve();
  say(post("Content-Length: 2\r\nExpect: 100-continue", ""));
  EXPECT_EQ(hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  say("hi");
  EXPECT_EQ(hear_until("hi"), ok("POST / hi", "keep-alive"));
}

TEST_F(ConnectionTest, NotForABodyThatIsTooLarge) {
  serve();
  say(post("Content-Length: 9999999\r\nExpect: 100-continue", ""));
  EXPECT_THAT(hear_until("(end)"), StartsWith("HTTP/1.1 413 "));
}

// ---- refused

TEST_F(ConnectionTest, WhatIsNoRequestIsAnsweredAndEndsTheConnection) {
  EXPECT_EQ(answers_to("GARBAGE\r\n\r\n" + get("/")),
            "HTTP/1.1 400 Bad Request\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 28\r\nConnection: close\r\n\r\n"
            "400 Bad Request: bad method\n(end)");
}

TEST_F(ConnectionTest, ANewlineAloneIsAnsweredAtOnce) {
  serve();
  say("GET / HTTP/1.1\n");
  EXPECT_THAT(hear_until("(end)"), HasSubstr("lines end with CR LF"));
}

TEST_F(ConnectionTest, AHeadTooLargeIsAnswered) {
  serve();
  say(get("/", "X: " + std::string(9'000, 'x')));
  EXPECT_THAT(hear_until("(end)"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(ConnectionTest, ABodyTooLargeIsAnswered) {
  serve(repeat, {.limits = {.head = 8'000, .body = 10}});
  say(post("Transfer-Encoding: chunked", "b\r\n01234567890"));
  EXPECT_THAT(hear_until("(end)"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ConnectionTest, AfterARefusalAllElseIsReadAndForgotten) {
  serve();
  say("GARBAGE\r\n\r\n");
  for (int i = 0; i < 100; ++i) {
    say(std::string(10'000, 'x'));
    run_turns(2);
  }
  EXPECT_FALSE(served_->done());
  EXPECT_THAT(answers_to(""), StartsWith("HTTP/1.1 400 "));
  run_until_served();
}

TEST_F(ConnectionTest, ButNotForEver) {
  serve(repeat, {.farewell_time = 20ms});
  say("GARBAGE\r\n\r\n");
  run_until_served();
  EXPECT_THAT(heard(), EndsWith("(end)"));
}

TEST_F(ConnectionTest, AnEndInTheMiddleIsNotAnswered) {
  for (const std::string& text :
       {std::string("GET / HT"), post("Content-Length: 5", "hell"),
        post("Transfer-Encoding: chunked", "5\r\nhel")}) {
    EXPECT_EQ(answers_to(text), "(end)") << text;
    run_until_served();
    served_.reset();
    sockets_ = net::SocketPair(SOCK_NONBLOCK);
  }
}

// ---- slow ones

TEST_F(ConnectionTest, AHeadThatDoesNotComeIsNotAwaitedForEver) {
  serve(repeat, {.head_time = 20ms});
  say("GET / HTTP/1.1\r\n");
  EXPECT_THAT(hear_until("(end)"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ConnectionTest, ABodyThatDoesNotComeIsNotAwaitedForEver) {
  serve(repeat, {.body_time = 20ms});
  say(post("Content-Length: 5", "hell"));
  EXPECT_THAT(hear_until("(end)"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ConnectionTest, WhoeverSaysNothingHearsNothing) {
  serve(repeat, {.head_time = 20ms});
  EXPECT_EQ(hear_until("(end)"), "(end)");
}

TEST_F(ConnectionTest, WhoeverDoesNotReadIsLeft) {
  serve(
      [](Request) -> Coroutine<Response> {
        co_return Response(200, std::string(4'000'000, 'x'));
      },
      {.answer_time = 20ms});
  say(get("/"));
  run_until_served();
}

// ---- handlers

TEST_F(ConnectionTest, AHandlerThatThrowsIsAnswered500AndTheNextIsServed) {
  serve([](Request request) -> Coroutine<Response> {
    if (request.target == "/bad") throw std::runtime_error("test");
    if (request.target == "/worse") throw 42;
    co_return Response(200, "fine");
  });
  const std::string answers =
      answers_to(get("/bad") + get("/worse") + get("/good"));
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answers, Not(HasSubstr("test")));
  EXPECT_THAT(answers, EndsWith(ok("fine", "keep-alive") + "(end)"));
  EXPECT_THAT(reports_,
              ElementsAre("Unhandled exception in HTTP handler: test",
                          StartsWith("Unhandled exception in HTTP handler")));
  reports_.clear();
}

TEST_F(ConnectionTest, AHandlerThatThrowsAStatusIsAnsweredWithIt) {
  serve([](Request) -> Coroutine<Response> {
    throw HttpError(404, "gone fishing");
    co_return Response();
  });
  EXPECT_THAT(answers_to(get("/")),
              HasSubstr("404 Not Found: gone fishing\n(end)"));
}

TEST_F(ConnectionTest, AClientThatHasGoneMeanwhileIsNoError) {
  Event go_on;
  serve([&](Request) -> Coroutine<Response> {
    log_.push_back("asked");
    co_await go_on.wait();
    co_return Response(200, std::string(1'000'000, 'x'));
  });
  say(get("/"));
  while (log_.empty()) run_turns(1);
  sockets_.there.close();
  go_on.set();
  run_until_served();
}

TEST_F(ConnectionTest, ACancelledHandlerEndsTheConnection) {
  serve([](Request) -> Coroutine<Response> {
    asyncio::current_task()->cancel();
    co_await asyncio::sleep(0s);
    co_return Response();
  });
  say(get("/"));
  EXPECT_EQ(hear_until("(end)"), "(end)");
  EXPECT_TRUE(served_->cancelled());
}

// ---- the server stops

TEST_F(ConnectionTest, WhoeverAsksNothingIsSentAwayAtTheStop) {
  serve();
  say(get("/a"));
  hear_until("/a ");
  run_turns(3);
  site_->stop();
  EXPECT_EQ(hear_until("(end)"), "(end)");
  run_until_served();
}

TEST_F(ConnectionTest, WhoeverIsBeingServedIsSentAwayAfterwards) {
  Event go_on;
  serve([&](Request) -> Coroutine<Response> {
    log_.push_back("asked");
    co_await go_on.wait();
    co_return Response(200, "done");
  });
  say(get("/") + get("/"));
  while (log_.empty()) run_turns(1);
  site_->stop();
  go_on.set();
  EXPECT_EQ(hear_until("(end)"), ok("done", "close") + "(end)");
}

}  // namespace
}  // namespace http
