// What becomes of those who wait for bytes while memory is short.
#include <gtest/gtest.h>

#include <vector>

#include "06_tasks_futures/asyncio/proactor/buffers.hpp"
#include "06_tasks_futures/asyncio/proactor/ring_test.hpp"
#include "common/testing/allocations.hpp"

namespace asyncio::uring {
namespace {

class MemoryTest : public RingTest {
 protected:
  void SetUp() override {
    RingTest::SetUp();
    for (Chunk& chunk : spare_) chunk = Chunk::borrow();  // the pool is empty
    if (!can_fail()) GTEST_SKIP() << "a sanitizer has memory of its own";
  }

 private:
  static bool can_fail() {
    const tests::FailingAllocation failing(1);
    return Chunk::borrow().space().empty();
  }

  std::vector<Chunk> spare_{100};
};

TEST_F(MemoryTest, WithoutMemoryThereAreNoBuffersUntilThereIsSome) {
  Buffers buffers(ring());
  {
    const tests::FailingAllocation failing(1);
    EXPECT_FALSE(buffers.grow());
  }
  buffers.refill();
  EXPECT_EQ(buffers.size(), 2 * Buffers::k_few);
}

}  // namespace
}  // namespace asyncio::uring
