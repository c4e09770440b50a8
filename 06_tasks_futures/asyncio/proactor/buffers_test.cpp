// Whose a buffer is: the ring's, until bytes have come in it.
#include "06_tasks_futures/asyncio/proactor/buffers.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/rings_test.hpp"
#include "common/testing/pair.hpp"

namespace asyncio::uring {
namespace {

using namespace std::chrono_literals;
using tests::Pair;

std::string text_of(const Chunk& chunk) {
  const auto bytes = chunk.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class BuffersTest : public RingsTest {
 protected:
  void SetUp() override {
    RingsTest::SetUp();
    if (IsSkipped()) return;
    buffers_.emplace(rings());
  }

  /// Receives whatever comes, each time into another buffer.
  void receive_from(const Pair& pair, std::uint64_t user_data = 0) {
    io_uring_sqe& request = add(IORING_OP_RECV, user_data);
    request.fd = pair.fd();
    request.ioprio = IORING_RECV_MULTISHOT;
    request.flags = IOSQE_BUFFER_SELECT;
    request.buf_group = Buffers::k_group;
  }

  Buffers& buffers() { return *buffers_; }
  void drop_buffers() { buffers_.reset(); }

 private:
  std::optional<Buffers> buffers_;
};

TEST_F(BuffersTest, BytesComeInAChunkThatBelongsToWhoeverTakesIt) {
  const Pair pair;
  buffers().refill();
  receive_from(pair);
  ASSERT_EQ(::write(pair.there.get(), "hello", 5), 5);
  const Chunk chunk = buffers().take(completion());
  EXPECT_EQ(buffers().size(), Buffers::k_few - 1);
  drop_buffers();
  EXPECT_EQ(text_of(chunk), "hello");
}

TEST_F(BuffersTest, BytesThatComeApartComeInDifferentChunks) {
  const Pair pair;
  buffers().refill();
  receive_from(pair);
  std::vector<Chunk> chunks;
  for (const char* text : {"one", "two"}) {
    ASSERT_EQ(::write(pair.there.get(), text, 3), 3);
    chunks.push_back(buffers().take(completion()));
  }
  EXPECT_EQ(text_of(chunks[0]), "one");
  EXPECT_EQ(text_of(chunks[1]), "two");
}

TEST_F(BuffersTest, WhoWaitsHoldsNone) {
  const std::vector<Pair> pairs(2 * Buffers::k_few);
  buffers().refill();
  for (std::size_t i = 0; i < pairs.size(); ++i) receive_from(pairs[i], i);
  rings().enter(0ns);
  EXPECT_EQ(take_completions(), 0U);
  pairs.back().write_from_there();
  EXPECT_EQ(text_of(buffers().take(completion())), "x");
}

TEST_F(BuffersTest, TheEndOfTheStreamComesWithoutABuffer) {
  Pair pair;
  buffers().refill();
  receive_from(pair);
  pair.there.close();
  const Chunk chunk = buffers().take(completion());
  EXPECT_FALSE(chunk);
  EXPECT_EQ(buffers().size(), Buffers::k_few);
}

TEST_F(BuffersTest, ARefillReplacesWhatWasTaken) {
  const Pair pair;
  buffers().refill();
  receive_from(pair);
  for (unsigned i = 0; i < 3 * Buffers::k_most; ++i) {
    pair.write_from_there();
    ASSERT_EQ(text_of(buffers().take(completion())), "x");
    buffers().refill();
    ASSERT_EQ(buffers().size(), Buffers::k_few);
  }
}

TEST_F(BuffersTest, AReceiveThatFindsNoneSaysSoAndIsOver) {
  const Pair pair;
  receive_from(pair);
  pair.write_from_there();
  const Completion completion = this->completion();
  EXPECT_EQ(completion.result, -ENOBUFS);
  EXPECT_TRUE(completion.is_last());
}

TEST_F(BuffersTest, EachShortageMakesThemMoreUpToALimit) {
  const Pair pair;
  unsigned n = Buffers::k_few;
  buffers().refill();
  while (n < 2 * Buffers::k_most) {
    receive_from(pair);
    for (unsigned i = 0; i < std::min(n, Buffers::k_most); ++i) {
      pair.write_from_there();
      ASSERT_EQ(text_of(buffers().take(completion())), "x");
    }
    pair.write_from_there();
    ASSERT_EQ(completion().result, -ENOBUFS);
    pair.read_here();
    n *= 2;
    EXPECT_TRUE(buffers().grow());
    EXPECT_EQ(buffers().size(), std::min(n, Buffers::k_most));
  }
}

TEST_F(BuffersTest, AShortageThatIsOverDoesNotMakeThemMore) {
  EXPECT_TRUE(buffers().grow());
  EXPECT_TRUE(buffers().grow());
  EXPECT_EQ(buffers().size(), 2 * Buffers::k_few);
}

}  // namespace
}  // namespace asyncio::uring
