// Addresses, paths and parameters.
#include "06_tasks_futures/examples/http/url.hpp"

#include <gtest/gtest.h>

#include <string>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/examples/http/error.hpp"

namespace http {
namespace {

std::string parts(std::string_view text) {
  const Url url = parse_url(text);
  return url.host + ' ' + std::to_string(url.port) + ' ' + url.target;
}

TEST(UrlTest, HasParts) {
  EXPECT_EQ(parts("http://127.0.0.1:8080/a/b?c=d"), "127.0.0.1 8080 /a/b?c=d");
  EXPECT_EQ(parts("HTTP://localhost"), "localhost 80 /");
  EXPECT_EQ(parts("http://localhost?x"), "localhost 80 /?x");
  EXPECT_EQ(parts("http://[::1]:81/#here"), "::1 81 /");
  EXPECT_EQ(parts("http://[::1]/"), "::1 80 /");
}

TEST(UrlTest, IsWrittenAsItWasRead) {
  for (const char* text :
       {"http://[::1]:81/", "http://a/b?c", "http://a:8080/"}) {
    EXPECT_EQ(parse_url(text).text(), text);
  }
}

TEST(UrlTest, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "localhost", "https://a/", "http:/a", "http://", "http:///x",
        "http://a:/", "http://a:x/", "http://a:65536/", "http://a:-1/",
        "http://[::1/", "http://[::1]x/", "http://user@a/", "http://a/b c",
        "http://a/\r\nX: y"}) {
    EXPECT_THROW(static_cast<void>(parse_url(text)), asyncio::ValueError)
        << text;
  }
}

TEST(UrlTest, ReferencesLeadFromAPageToAnother) {
  const Url base = parse_url("http://a:81/b/c?d");
  const auto leads_to = [&](std::string_view reference) {
    return resolve(base, reference).text();
  };
  EXPECT_EQ(leads_to("http://x/y"), "http://x/y");
  EXPECT_EQ(leads_to("//x/y"), "http://x/y");
  EXPECT_EQ(leads_to("/y?z"), "http://a:81/y?z");
  EXPECT_EQ(leads_to("y"), "http://a:81/b/y");
  EXPECT_EQ(leads_to("?y"), "http://a:81/b/c?y");
  EXPECT_EQ(leads_to("/y:z"), "http://a:81/y:z");
  EXPECT_THROW(leads_to("https://x/"), asyncio::ValueError);
  EXPECT_THROW(leads_to("mailto:x"), asyncio::ValueError);
}

TEST(TargetTest, HasAPath) {
  EXPECT_EQ(path_of("/weather?city=Oslo"), "/weather");
  EXPECT_EQ(path_of("/S%C3%A3o%20Paulo+x"), "/São Paulo+x");
  EXPECT_EQ(path_of("http://localhost:8080/weather?x"), "/weather");
  EXPECT_EQ(path_of("http://localhost:8080"), "/");
  EXPECT_EQ(path_of("*"), "*");
}

TEST(TargetTest, HasParameters) {
  EXPECT_EQ(parameter("/?city=Oslo", "city"), "Oslo");
  EXPECT_EQ(parameter("/?a=b&city=S%c3%A3o+Paulo&city=x", "city"), "São Paulo");
  EXPECT_EQ(parameter("/?c%69ty=a=b", "city"), "a=b");
  EXPECT_EQ(parameter("/?city", "city"), "");
  EXPECT_EQ(parameter("/?city=", "city"), "");
  EXPECT_EQ(parameter("/?&&x=y", "city"), std::nullopt);
  EXPECT_EQ(parameter("/city=Oslo", "city"), std::nullopt);
}

TEST(TargetTest, BadPercentCodingIsRefused) {
  for (const char* value : {"%", "%4", "%zz", "%-1", "% 1"}) {
    const std::string target = std::string("/?city=") + value;
    EXPECT_THROW(static_cast<void>(parameter(target, "city")), HttpError);
    EXPECT_THROW(static_cast<void>(path_of(value)), HttpError);
  }
}

TEST(TargetTest, AnyBytesComeBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(parameter("/?x=" + percent_encoded(bytes), "x"), bytes);
  EXPECT_EQ(percent_encoded("São Paulo-1"), "S%C3%A3o%20Paulo-1");
}

}  // namespace
}  // namespace http
