// A chain costs memory for each of its frames, and never more of the stack: a
// million deep, it is built, run and destroyed, and thrown through ten thousand
// deep, on a stack that has a quarter of a byte for each of the million.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "05_coroutines/coroutine.hpp"
#include "05_coroutines/generator.hpp"

namespace coroutines {
namespace {

using testing::IsNull;
using testing::NotNull;
using testing::Pointee;

constexpr int k_million = 1'000'000;
constexpr int k_many = 10'000;  // where each level costs an exception
constexpr std::size_t k_stack = 256 * 1024;
constexpr std::uintptr_t k_little = 4 * 1024;

/// Stands in every frame, and writes down how many there are and where on the
/// stack the functions run.
class Level {
 public:
  Level() noexcept {
    most = std::max(most, ++alive);
    const auto here =
        reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest = std::min(lowest, here);
    highest = std::max(highest, here);
  }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() { --alive; }

  static void reset() noexcept {
    alive = most = 0;
    lowest = std::numeric_limits<std::uintptr_t>::max();
    highest = 0;
  }
  static std::uintptr_t stack_used() noexcept { return highest - lowest; }

  static inline int alive = 0;
  static inline int most = 0;
  static inline std::uintptr_t lowest = 0;
  static inline std::uintptr_t highest = 0;
};

void* call(void* function) {
  (*static_cast<const std::function<void()>*>(function))();
  return nullptr;
}

/// Runs `function` in a thread that has little stack.
void run_on_a_small_stack(std::function<void()> function) {
  Level::reset();
  pthread_attr_t attributes;
  ASSERT_EQ(::pthread_attr_init(&attributes), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&attributes, k_stack), 0);
  pthread_t thread{};
  ASSERT_EQ(::pthread_create(&thread, &attributes, call, &function), 0);
  ::pthread_join(thread, nullptr);
  ::pthread_attr_destroy(&attributes);
  EXPECT_EQ(Level::alive, 0);
  EXPECT_LT(Level::stack_used(), k_little);
}

class CustomError {};

// ---- generators

using Number = Generator<int, None, int>;

Number returns(int number) {
  const Level level;
  co_return number;
}

Number sums_children(int children) {
  const Level level;
  int sum = 0;
  for (int i = 0; i < children; ++i) {
    const int one = co_yield from(returns(1));
    sum += one;
  }
  co_return sum;
}

TEST(DeepGenerator, HasAMillionChildrenInARow) {
  run_on_a_small_stack([] {
    auto generator = sums_children(k_million);
    EXPECT_THAT(generator.next(), IsNull());
    EXPECT_THAT(generator.result(), Pointee(k_million));
    EXPECT_EQ(Level::most, 2);
  });
}

/// Yields once, from the deepest level.
Number counts_levels(int below) {
  const Level level;
  if (below == 0) {
    co_yield 0;
    co_return 1;
  }
  const int levels = co_yield from(counts_levels(below - 1));
  co_return levels + 1;
}

TEST(DeepGenerator, RunsToItsEndAMillionDeep) {
  run_on_a_small_stack([] {
    auto generator = counts_levels(k_million - 1);
    EXPECT_THAT(generator.next(), Pointee(0));
    EXPECT_EQ(Level::alive, k_million);
    EXPECT_THAT(generator.next(), IsNull());
    EXPECT_EQ(Level::alive, 0);
    EXPECT_THAT(generator.result(), Pointee(k_million));
  });
}

TEST(DeepGenerator, IsDestroyedAMillionDeep) {
  run_on_a_small_stack([] {
    auto generator = counts_levels(k_million - 1);
    generator.next();
    EXPECT_EQ(Level::alive, k_million);
  });
}

/// Yields before each step down.
Number goes_down(int below) {
  const Level level;
  co_yield below;
  if (below == 0) co_return 1;
  const int levels = co_yield from(goes_down(below - 1));
  co_return levels + 1;
}

TEST(DeepGenerator, IsDestroyedHalfWayDown) {
  run_on_a_small_stack([] {
    auto generator = goes_down(k_million - 1);
    for (int i = 0; i < k_million / 2; ++i) generator.next();
    EXPECT_EQ(Level::alive, k_million / 2);
  });
}

/// Yields after each step up.
Number comes_up(int below) {
  const Level level;
  int levels = 0;
  if (below > 0) levels = co_yield from(comes_up(below - 1));
  co_yield below;
  co_return levels + 1;
}

TEST(DeepGenerator, IsDestroyedHalfWayUp) {
  run_on_a_small_stack([] {
    auto generator = comes_up(k_million - 1);
    for (int i = 0; i < k_million / 2; ++i) generator.next();
    EXPECT_EQ(Level::most, k_million);
    EXPECT_EQ(Level::alive, k_million / 2 + 1);
  });
}

TEST(DeepGenerator, IsClosedLevelByLevel) {
  run_on_a_small_stack([] {
    auto generator = counts_levels(k_many - 1);
    generator.next();
    EXPECT_EQ(Level::alive, k_many);
    generator.close();
    EXPECT_EQ(Level::alive, 0);
    EXPECT_EQ(generator.state(), State::closed);
  });
}

TEST(DeepGenerator, IsThrownThroughLevelByLevel) {
  run_on_a_small_stack([] {
    auto generator = counts_levels(k_many - 1);
    generator.next();
    EXPECT_EQ(Level::alive, k_many);
    EXPECT_THROW(generator.throw_in(CustomError()), CustomError);
    EXPECT_EQ(Level::alive, 0);
  });
}

Number throws_from_below(int below) {
  const Level level;
  if (below == 0) throw CustomError();
  const int levels = co_yield from(throws_from_below(below - 1));
  co_return levels + 1;
}

TEST(DeepGenerator, ThrowsFromItsDeepestLevel) {
  run_on_a_small_stack([] {
    auto generator = throws_from_below(k_many - 1);
    EXPECT_THROW(generator.next(), CustomError);
    EXPECT_EQ(Level::most, k_many);
    EXPECT_EQ(Level::alive, 0);
  });
}

/// Delegates to what it was given.
Number stands_on(Number callee) {
  const Level level;
  co_return co_yield from(std::move(callee));
}

// Built from the innermost out: each level takes a whole chain over.
TEST(DeepGenerator, IsBuiltAMillionDeepFromTheInnermostOut) {
  run_on_a_small_stack([] {
    Number generator = counts_levels(0);
    for (int i = 1; i < k_million; ++i) {
      generator = stands_on(std::move(generator));
    }
    EXPECT_THAT(generator.next(), Pointee(0));
    EXPECT_EQ(Level::alive, k_million);
    EXPECT_THAT(generator.next(), IsNull());
    EXPECT_THAT(generator.result(), Pointee(1));
  });
}

// ---- coroutines

Coroutine<int> returns_soon(int number) {
  const Level level;
  co_return number;
}

Coroutine<int> sums_awaited(int children) {
  const Level level;
  int sum = 0;
  for (int i = 0; i < children; ++i) {
    const int one = co_await returns_soon(1);
    sum += one;
  }
  co_return sum;
}

TEST(DeepCoroutine, AwaitsAMillionInARow) {
  run_on_a_small_stack([] {
    auto coroutine = sums_awaited(k_million);
    EXPECT_THAT(coroutine.next(), IsNull());
    EXPECT_THAT(coroutine.result(), Pointee(k_million));
    EXPECT_EQ(Level::most, 2);
  });
}

Coroutine<int> awaits_down(int below) {
  const Level level;
  if (below == 0) {
    co_await readable(0);
    co_return 1;
  }
  const int levels = co_await awaits_down(below - 1);
  co_return levels + 1;
}

TEST(DeepCoroutine, RunsToItsEndAMillionDeep) {
  run_on_a_small_stack([] {
    auto coroutine = awaits_down(k_million - 1);
    EXPECT_THAT(coroutine.next(), NotNull());
    EXPECT_EQ(Level::alive, k_million);
    EXPECT_THAT(coroutine.next(), IsNull());
    EXPECT_THAT(coroutine.result(), Pointee(k_million));
  });
}

TEST(DeepCoroutine, IsDestroyedAMillionDeep) {
  run_on_a_small_stack([] {
    auto coroutine = awaits_down(k_million - 1);
    coroutine.next();
    EXPECT_EQ(Level::alive, k_million);
  });
}

Coroutine<int> waits_on_the_way_down(int below) {
  const Level level;
  co_await readable(below);
  if (below == 0) co_return 1;
  const int levels = co_await waits_on_the_way_down(below - 1);
  co_return levels + 1;
}

TEST(DeepCoroutine, IsDestroyedHalfWayDown) {
  run_on_a_small_stack([] {
    auto coroutine = waits_on_the_way_down(k_million - 1);
    for (int i = 0; i < k_million / 2; ++i) coroutine.next();
    EXPECT_EQ(Level::alive, k_million / 2);
  });
}

TEST(DeepCoroutine, IsClosedLevelByLevel) {
  run_on_a_small_stack([] {
    auto coroutine = awaits_down(k_many - 1);
    coroutine.next();
    coroutine.close();
    EXPECT_EQ(Level::most, k_many);
    EXPECT_EQ(Level::alive, 0);
  });
}

TEST(DeepCoroutine, IsThrownThroughLevelByLevel) {
  run_on_a_small_stack([] {
    auto coroutine = awaits_down(k_many - 1);
    coroutine.next();
    EXPECT_THROW(coroutine.throw_in(CustomError()), CustomError);
    EXPECT_EQ(Level::most, k_many);
    EXPECT_EQ(Level::alive, 0);
  });
}

}  // namespace
}  // namespace coroutines
