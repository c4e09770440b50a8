// A send is over when the kernel has all, and can be stopped on the way.
#include "06_tasks_futures/asyncio/proactor/sending.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>

#include "06_tasks_futures/asyncio/proactor/proactor_test.hpp"
#include "common/contract/random_stream.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using tests::Pair;

constexpr std::size_t k_more_than_fits = 4'000'000;

class SendingTest : public ProactorTest {
 protected:
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span(text_));
  }

  /// What `pair`'s other end can read without waiting.
  static std::string read_there(const Pair& pair) {
    std::string read;
    std::array<char, 65536> some{};
    while (true) {
      const ssize_t n = ::read(pair.there.get(), some.data(), some.size());
      if (n <= 0) return read;
      read.append(some.data(), static_cast<std::size_t>(n));
    }
  }

  inline static const std::string text_ =
      contract::RandomStream(3).next(k_more_than_fits);
};

TEST_F(SendingTest, IsOverWhenTheKernelHasAll) {
  const Pair pair;
  OneSending sending(proactor(), pair.fd(), bytes().first(1'000));
  sending.start();
  turn_until([&] { return sending.error.has_value(); });
  EXPECT_EQ(sending.error, 0);
  EXPECT_EQ(sending.sent(), 1'000U);
  EXPECT_EQ(proactor().enters(), 1U);
  EXPECT_EQ(read_there(pair), text_.substr(0, 1'000));
}

TEST_F(SendingTest, WaitsForOneWhoReadsSlowly) {
  const Pair pair;
  OneSending sending(proactor(), pair.fd(), bytes());
  sending.start();
  settle();
  EXPECT_FALSE(sending.error);
  std::string read;
  while (read.size() < text_.size()) {
    read += read_there(pair);
    settle();
  }
  EXPECT_EQ(sending.error, 0);
  EXPECT_EQ(read, text_);
}

TEST_F(SendingTest, OneThatIsStoppedSaysHowMuchHasGone) {
  const Pair pair;
  OneSending sending(proactor(), pair.fd(), bytes());
  sending.start();
  settle();
  sending.stop();
  EXPECT_FALSE(sending.is_under_way());
  EXPECT_FALSE(sending.error);
  EXPECT_GT(sending.sent(), 0U);
  EXPECT_EQ(read_there(pair), text_.substr(0, sending.sent()));
}

TEST_F(SendingTest, OneThatDiesIsStopped) {
  const Pair pair;
  {
    const std::string text = text_;
    OneSending sending(proactor(), pair.fd(), std::as_bytes(std::span(text)));
    sending.start();
    settle();
  }
  EXPECT_EQ(proactor().under_way(), 0U);
  const std::string read = read_there(pair);
  EXPECT_EQ(read, text_.substr(0, read.size()));
}

TEST_F(SendingTest, OneThatDiesBeforeTheKernelHasGotItIsStopped) {
  const Pair pair;
  {
    OneSending(proactor(), pair.fd(), bytes()).start();
  }
  EXPECT_EQ(proactor().under_way(), 0U);
}

TEST_F(SendingTest, ToOneWhoHasLeftIsAnError) {
  Pair pair;
  pair.there.close();
  OneSending sending(proactor(), pair.fd(), bytes());
  sending.start();
  turn_until([&] { return sending.error.has_value(); });
  EXPECT_EQ(sending.error, EPIPE);
}

TEST_F(SendingTest, ToOneWhoLeavesOnTheWayIsAnError) {
  Pair pair;
  OneSending sending(proactor(), pair.fd(), bytes());
  sending.start();
  settle();
  pair.there.close();
  turn_until([&] { return sending.error.has_value(); });
  EXPECT_NE(sending.error, 0);
}

TEST_F(SendingTest, OthersAreToldWhileOneIsStopped) {
  const Pair pair;
  const Pair other;
  Waiting waiting;
  inflow(other.fd()).wait(waiting);
  OneSending sending(proactor(), pair.fd(), bytes());
  sending.start();
  settle();
  other.write_from_there();
  sending.stop();
  turn_until([&] { return waiting.ready != 0; });
  EXPECT_TRUE(inflow(other.fd()).take());
}

}  // namespace
}  // namespace asyncio
