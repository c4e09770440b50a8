// What is a message, in whatever pieces it comes, and what is none.
#include "06_tasks_futures/examples/http/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string k_post =
    "POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string k_chunked =
    "POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;name=value\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: y\r\n\r\n";

/// Parses `text`, fed in pieces of so many bytes, as whoever reads does it.
template <typename Message>
Message parsed(const std::string& text, std::size_t piece = 1'000'000,
               Limits limits = {}) {
  Parser<Message> parser(limits);
  std::string buffer;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    buffer += text.substr(at, piece);
    buffer.erase(0, parser.feed(buffer));
  }
  if (!parser.is_done()) parser.feed_end();
  EXPECT_EQ(buffer, "");
  return parser.take();
}

/// The status and the reason with which it is refused.
template <typename Message = Request>
std::string refusal(const std::string& text, Limits limits = {}) {
  try {
    parsed<Message>(text, 1'000'000, limits);
  } catch (const HttpError& error) {
    return std::to_string(error.status()) + ' ' + error.what();
  }
  return "(none)";
}

TEST(RequestParserTest, ReadsWhateverThePieces) {
  for (const std::string& text : {k_post, k_chunked, "\r\n" + k_post}) {
    for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 1000UL}) {
      const auto request = parsed<Request>(text, piece);
      EXPECT_EQ(request.method, "POST");
      EXPECT_EQ(request.target, "/form");
      EXPECT_EQ(request.body, "hello");
      EXPECT_EQ(*request.headers.find("hOST"), "x");
      EXPECT_EQ(request.headers.find("Cookie"), nullptr);
      EXPECT_TRUE(request.keeps_alive);
    }
  }
}

TEST(RequestParserTest, LeavesWhatBelongsToTheNext) {
  RequestParser parser({});
  EXPECT_EQ(parser.feed(k_post + "GET"), k_post.size());
  EXPECT_TRUE(parser.is_done());
}

TEST(RequestParserTest, AnyByteMayBeABody) {
  const auto request = parsed<Request>(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\r\n\r", 1);
  EXPECT_EQ(request.body, "\r\n\r");
}

TEST(RequestParserTest, KnowsWhoKeepsTheConnection) {
  const auto keeps_alive = [](const std::string& line) {
    return parsed<Request>(line + "\r\nHost: x\r\n\r\n").keeps_alive;
  };
  EXPECT_TRUE(keeps_alive("GET / HTTP/1.1"));
  EXPECT_FALSE(keeps_alive("GET / HTTP/1.1\r\nConnection: close"));
  EXPECT_FALSE(keeps_alive("GET / HTTP/1.0"));
  EXPECT_TRUE(keeps_alive("GET / HTTP/1.0\r\nConnection: keep-alive"));
}

TEST(RequestParserTest, WhatIsNoRequestIsRefused) {
  for (const std::string line :
       {"GARBAGE", "GET", "GET /", " GET / HTTP/1.1", "GET / HTTP/2.0",
        "GET / FTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "\x16\x03\x01",
        "GET / HTTP/1.1\r\nno colon", "GET / HTTP/1.1\r\nX : y",
        "GET / HTTP/1.1\r\nX: a\x01z"}) {
    EXPECT_THAT(refusal(line + "\r\nHost: x\r\n\r\n"), StartsWith("400 "))
        << line;
  }
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), "400 there must be one Host");
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
            "400 there must be one Host");
  EXPECT_EQ(refusal("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"),
            "501 unknown method");
}

// Two readers that disagree where a request ends would see different ones.
TEST(RequestParserTest, WhereABodyEndsIsCertain) {
  const auto with = [](const std::string& headers) {
    return refusal("POST / HTTP/1.1\r\nHost: x\r\n" + headers +
                   "\r\n\r\n0\r\n\r\n");
  };
  EXPECT_THAT(with("Content-Length: 5\r\nTransfer-Encoding: chunked"),
              StartsWith("400 "));
  EXPECT_THAT(with("Transfer-Encoding: chunked\r\nContent-Length: 5"),
              StartsWith("400 "));
  EXPECT_THAT(with("Content-Length: 5\r\nContent-Length: 6"),
              StartsWith("400 "));
  for (const std::string length : {"-1", "5x", "", "99999999999999999999"}) {
    EXPECT_THAT(with("Content-Length: " + length), StartsWith("400 "));
  }
  for (const std::string coding :
       {"gzip", "gzip, chunked", "chunked, gzip", "identity", "xchunked"}) {
    EXPECT_THAT(with("Transfer-Encoding: " + coding), StartsWith("501 "));
  }
  EXPECT_THAT(with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
              StartsWith("501 "));
}

TEST(RequestParserTest, BadChunksAreRefused) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string chunk : {"x\r\n", "-1\r\n", "3\r\nhello\r\n",
                                  "ffffffffffffffffff\r\n", "3;=\r\nhel\r\n"}) {
    EXPECT_THAT(refusal(head + chunk), StartsWith("400 ")) << chunk;
  }
}

TEST(RequestParserTest, ANewlineAloneEndsNoLine) {
  RequestParser parser({});
  std::size_t taken = parser.feed("GET / HTTP/1.1");
  EXPECT_EQ(taken, 0U);
  EXPECT_THROW(parser.feed("GET / HTTP/1.1\n"), HttpError);
}

TEST(RequestParserTest, HeadsHaveALimit) {
  const std::string line = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  const Limits limits{.head = 100, .body = 10};
  EXPECT_EQ(refusal(line + std::string(50, 'x') + "\r\n\r\n", limits),
            "(none)");
  EXPECT_THAT(refusal(line + std::string(100, 'x') + "\r\n\r\n", limits),
              StartsWith("431 "));
  EXPECT_THAT(refusal(std::string(101, 'G'), limits), StartsWith("431 "));
}

TEST(RequestParserTest, BodiesHaveALimit) {
  const Limits limits{.head = 100, .body = 10};
  const std::string line = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(refusal(line + "Content-Length: 10\r\n\r\n0123456789", limits),
            "(none)");
  EXPECT_THAT(refusal(line + "Content-Length: 11\r\n\r\n", limits),
              StartsWith("413 "));
  const std::string chunked = line + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(refusal(chunked + "6\r\n012345\r\n5\r\n01234\r\n", limits),
              StartsWith("413 "));
  EXPECT_THAT(refusal(chunked + "5;" + std::string(200, 'x'), limits),
              StartsWith("431 "));
  EXPECT_THAT(refusal(chunked + "0\r\nX: " + std::string(200, 'x'), limits),
              StartsWith("431 "));
}

TEST(RequestParserTest, SaysWhoWaitsForContinue) {
  const auto expects = [](const std::string& text) {
    RequestParser parser({});
    parser.feed(text);
    return parser.expects_continue();
  };
  const std::string rest =
      "\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n";
  EXPECT_TRUE(expects("POST / HTTP/1.1" + rest));
  EXPECT_FALSE(expects("POST / HTTP/1.0" + rest));
  EXPECT_FALSE(expects("POST / HTTP/1.1" + rest + "hello"));
  EXPECT_FALSE(expects(k_post.substr(0, k_post.size() - 2)));
}

TEST(ResponseParserTest, ReadsEachKindOfBody) {
  for (const std::string text :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nhello"}) {
    for (const std::size_t piece : {1UL, 2UL, 1000UL}) {
      const auto response = parsed<Response>(text, piece);
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.body, "hello");
    }
  }
  EXPECT_EQ(parsed<Response>("HTTP/1.1 204 No Content\r\n\r\n").body, "");
}

TEST(ResponseParserTest, AnEndTooEarlyIsRefused) {
  for (const std::string text :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
        "chunked\r\n\r\n5\r\nhello\r\n"}) {
    EXPECT_THAT(refusal<Response>(text), HasSubstr("partial message")) << text;
  }
}

TEST(ResponseParserTest, RubbishAndTooMuchAreRefused) {
  EXPECT_THAT(refusal<Response>("hello\r\n\r\n"), HasSubstr("version"));
  EXPECT_THAT(refusal<Response>("HTTP/1.1 2x0 OK\r\n\r\n"),
              HasSubstr("status"));
  EXPECT_THAT(refusal<Response>("HTTP/1.1 200 OK\r\n\r\nhello",
                                {.head = 100, .body = 4}),
              HasSubstr("body limit"));
}

TEST(HeadersTest, AHeaderIsOneLine) {
  Headers headers;
  EXPECT_ANY_THROW(headers.add("Location", "/\r\nX: y"));
  EXPECT_ANY_THROW(headers.add("X\n", "y"));
}

}  // namespace
}  // namespace http
