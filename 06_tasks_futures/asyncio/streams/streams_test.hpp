// What the tests of streams share: one end of a pair of sockets as a stream,
// the other in the hands of the test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {

class StreamTest : public DescriptorLoopTest {
 protected:
  void TearDown() override {
    forget_streams();
    EXPECT_THAT(reports_, testing::IsEmpty());
    DescriptorLoopTest::TearDown();
  }

  /// From here on `here` is a stream with this limit.
  void make_streams(std::size_t limit = 64 * 1024) {
    const Ref stream(
        *new Stream(loop(), std::move(sockets_.here), std::nullopt, limit));
    reader_.emplace(*stream);
    writer_.emplace(*stream);
  }
  void forget_streams() {
    reader_.reset();
    writer_.reset();
  }
  StreamReader& reader() {
    if (!reader_) make_streams();
    return *reader_;
  }
  StreamWriter& writer() {
    if (!writer_) make_streams();
    return *writer_;
  }

  /// The peer sends `text`.
  void say(const std::string& text) const { tests::say(there(), text); }
  /// And then nothing more.
  void say_last(const std::string& text) const {
    if (!text.empty()) say(text);
    ::shutdown(there().get(), SHUT_WR);
  }
  /// What the peer has received by now; "(end)" if that was all.
  [[nodiscard]] std::string heard() const {
    std::string text;
    std::array<char, 4096> some{};
    while (true) {
      const ssize_t n =
          ::recv(there().get(), some.data(), some.size(), MSG_DONTWAIT);
      if (n == 0) return text + "(end)";
      if (n < 0) return text;
      text.append(some.data(), static_cast<std::size_t>(n));
    }
  }
  [[nodiscard]] const net::Descriptor& there() const { return sockets_.there; }

  net::SocketPair sockets_{SOCK_NONBLOCK};

 private:
  std::optional<StreamReader> reader_;
  std::optional<StreamWriter> writer_;
};

}  // namespace asyncio
