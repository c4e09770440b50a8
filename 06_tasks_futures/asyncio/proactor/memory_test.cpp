// What becomes of those who wait for bytes while memory is short.
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/buffers.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor_test.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using net::Chunk;
using tests::FailingAllocation;
using tests::Pair;

class MemoryTest : public ProactorTest {
 protected:
  void SetUp() override {
    ProactorTest::SetUp();
    for (Chunk& chunk : spare_) chunk = Chunk::borrow();  // the pool is empty
    if (!can_fail()) GTEST_SKIP() << "a sanitizer has memory of its own";
  }

 private:
  static bool can_fail() {
    const FailingAllocation failing(1);
    return Chunk::borrow().space().empty();
  }

  std::vector<Chunk> spare_{100};
};

TEST_F(MemoryTest, WithoutMemoryThereAreNoBuffersUntilThereIsSome) {
  uring::Buffers& buffers = proactor().buffers();
  {
    const FailingAllocation failing(1);
    EXPECT_FALSE(buffers.grow());
  }
  buffers.refill();
  EXPECT_EQ(buffers.size(), 2 * uring::Buffers::k_few);
}

TEST_F(MemoryTest, WhoeverWaitsDoesNotNoticeAShortageThatPasses) {
  const Pair pair;
  pair.write_from_there();
  Waiting waiting;
  inflow(pair.fd()).wait(waiting);
  {
    const FailingAllocation failing(1);
    proactor().turn(0ns);
    EXPECT_TRUE(failing.has_failed());
  }
  turn_until([&] { return waiting.ready != 0; });
  EXPECT_EQ(tests::text_of(take(inflow(pair.fd())).chunk), "x");
}

}  // namespace
}  // namespace asyncio
