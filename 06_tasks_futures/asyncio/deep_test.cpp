// A chain of awaits costs memory for each of its frames, and never more of the
// stack: a million deep it runs and is destroyed, ten thousand deep it is
// cancelled and thrown through, on a stack of a quarter of a megabyte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;

constexpr int k_million = 1'000'000;
constexpr int k_many = 10'000;  // where each level costs an exception
constexpr std::size_t k_stack = 256 * 1024;
constexpr std::uintptr_t k_little = 32 * 1024;  // sixteen calls, unoptimised

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

class Deep : public testing::Test {
 protected:
  /// Calls `function` in a thread that has little stack.
  void run_on_a_small_stack(const std::function<void(EventLoop&)>& function) {
    Level::reset();
    std::function<void()> in_a_loop = [&] {
      EventLoop loop(virtual_time);
      loop.set_exception_handler([](EventLoop&, const ExceptionContext&) {});
      function(loop);
    };
    pthread_attr_t attributes;
    ASSERT_EQ(::pthread_attr_init(&attributes), 0);
    ASSERT_EQ(::pthread_attr_setstacksize(&attributes, k_stack), 0);
    pthread_t thread{};
    ASSERT_EQ(::pthread_create(&thread, &attributes, call, &in_a_loop), 0);
    ::pthread_join(thread, nullptr);
    ::pthread_attr_destroy(&attributes);
    EXPECT_EQ(Level::alive, 0);
    EXPECT_LT(Level::stack_used(), k_little);
  }

  static void run_turns(EventLoop& loop, int n) {
    for (int i = 0; i < n; ++i) {
      loop.stop();
      loop.run_forever();
    }
  }
};

// ---- many in a row

Coroutine<int> returns(int number) {
  const Level level;
  co_return number;
}

Coroutine<int> sums_awaited(int children) {
  const Level level;
  int sum = 0;
  for (int i = 0; i < children; ++i) {
    const int one = co_await returns(1);
    sum += one;
  }
  co_return sum;
}

TEST_F(Deep, AwaitsAMillionInARow) {
  run_on_a_small_stack([](EventLoop& loop) {
    EXPECT_EQ(loop.run_until_complete(sums_awaited(k_million)), k_million);
    EXPECT_EQ(Level::most, 2);
  });
}

Coroutine<int> sums_tasks(int children) {
  const Level level;
  int sum = 0;
  for (int i = 0; i < children; ++i) {
    const int one = co_await create_task(returns(1));
    sum += one;
  }
  co_return sum;
}

TEST_F(Deep, AwaitsManyTasksInARow) {
  run_on_a_small_stack([](EventLoop& loop) {
    EXPECT_EQ(loop.run_until_complete(sums_tasks(10 * k_many)), 10 * k_many);
    EXPECT_EQ(Level::most, 2);
  });
}

Coroutine<> awaits_done(Future<> done, int times) {
  const Level level;
  for (int i = 0; i < times; ++i) co_await done;
}

TEST_F(Deep, AwaitsAMillionTimesWhatIsDone) {
  run_on_a_small_stack([](EventLoop& loop) {
    const Future<> done = loop.create_future();
    done.set_result();
    loop.run_until_complete(awaits_done(done, k_million));
  });
}

Coroutine<> yields(int times) {
  const Level level;
  for (int i = 0; i < times; ++i) co_await sleep(0s);
}

TEST_F(Deep, WaitsForManyTurns) {
  run_on_a_small_stack(
      [](EventLoop& loop) { loop.run_until_complete(yields(10 * k_many)); });
}

// ---- a million deep

/// Waits on its deepest level, and counts the levels on its way up.
Coroutine<int> goes_down(int below, Future<> future) {
  const Level level;
  if (below == 0) {
    co_await future;
    co_return 1;
  }
  const int levels = co_await goes_down(below - 1, std::move(future));
  co_return levels + 1;
}

TEST_F(Deep, RunsToItsEndAMillionDeep) {
  run_on_a_small_stack([](EventLoop& loop) {
    const Future<> future = loop.create_future();
    const auto task = loop.create_task(goes_down(k_million - 1, future));
    run_turns(loop, 1);
    EXPECT_EQ(Level::alive, k_million);
    future.set_result();
    EXPECT_EQ(loop.run_until_complete(task), k_million);
    EXPECT_EQ(Level::alive, 0);
  });
}

TEST_F(Deep, IsDestroyedAMillionDeep) {
  run_on_a_small_stack([](EventLoop& loop) {
    loop.create_task(goes_down(k_million - 1, loop.create_future()));
    run_turns(loop, 1);
    EXPECT_EQ(Level::alive, k_million);
    loop.close();
    EXPECT_EQ(Level::alive, 0);
  });
}

TEST_F(Deep, IsCancelledOnManyLevels) {
  run_on_a_small_stack([](EventLoop& loop) {
    const auto task =
        loop.create_task(goes_down(k_many - 1, loop.create_future()));
    run_turns(loop, 1);
    EXPECT_EQ(Level::alive, k_many);
    EXPECT_TRUE(task.cancel());
    EXPECT_THROW(loop.run_until_complete(task), CancelledError);
    EXPECT_EQ(Level::alive, 0);
  });
}

/// Waits before each step down.
Coroutine<int> waits_on_the_way_down(int below) {
  const Level level;
  co_await sleep(0s);
  if (below == 0) co_return 1;
  const int levels = co_await waits_on_the_way_down(below - 1);
  co_return levels + 1;
}

TEST_F(Deep, IsDestroyedHalfWayDown) {
  run_on_a_small_stack([](EventLoop& loop) {
    loop.create_task(waits_on_the_way_down(10 * k_many));
    run_turns(loop, 5 * k_many);
    EXPECT_EQ(Level::alive, 5 * k_many);
    loop.close();
    EXPECT_EQ(Level::alive, 0);
  });
}

/// Waits after each step up.
Coroutine<int> waits_on_the_way_up(int below) {
  const Level level;
  int levels = 0;
  if (below > 0) levels = co_await waits_on_the_way_up(below - 1);
  co_await sleep(0s);
  co_return levels + 1;
}

TEST_F(Deep, IsDestroyedHalfWayUp) {
  run_on_a_small_stack([](EventLoop& loop) {
    loop.create_task(waits_on_the_way_up(10 * k_many - 1));
    run_turns(loop, 5 * k_many);
    EXPECT_EQ(Level::most, 10 * k_many);
    EXPECT_EQ(Level::alive, 5 * k_many + 1);
    loop.close();
    EXPECT_EQ(Level::alive, 0);
  });
}

/// Awaits what it was given.
Coroutine<int> stands_on(Coroutine<int> callee) {
  const Level level;
  const int result = co_await std::move(callee);
  co_return result;
}

// Built from the innermost out: each level takes a whole chain over.
TEST_F(Deep, IsBuiltAMillionDeepFromTheInnermostOut) {
  run_on_a_small_stack([](EventLoop& loop) {
    Coroutine<int> coroutine = returns(1);
    for (int i = 1; i < k_million; ++i) {
      coroutine = stands_on(std::move(coroutine));
    }
    EXPECT_EQ(loop.run_until_complete(std::move(coroutine)), 1);
    EXPECT_EQ(Level::most, k_million);
  });
}

// ---- exceptions

Coroutine<> throws_from_below(int below) {
  const Level level;
  if (below == 0) throw CustomError();
  co_await throws_from_below(below - 1);
}

TEST_F(Deep, ThrowsThroughManyLevels) {
  run_on_a_small_stack([](EventLoop& loop) {
    EXPECT_THROW(loop.run_until_complete(throws_from_below(k_many - 1)),
                 CustomError);
    EXPECT_EQ(Level::most, k_many);
    EXPECT_EQ(Level::alive, 0);
  });
}

Coroutine<> catches_and_throws(int below, Future<> future, int& caught) {
  const Level level;
  try {
    if (below == 0) co_await future;
    if (below > 0) co_await catches_and_throws(below - 1, future, caught);
  } catch (const CancelledError&) {
    ++caught;
    throw;
  }
}

TEST_F(Deep, ACancellationMayBeCaughtOnManyLevels) {
  run_on_a_small_stack([](EventLoop& loop) {
    int caught = 0;
    const auto task = loop.create_task(
        catches_and_throws(k_many - 1, loop.create_future(), caught));
    run_turns(loop, 1);
    task.cancel();
    EXPECT_THROW(loop.run_until_complete(task), CancelledError);
    EXPECT_EQ(caught, k_many);
  });
}

// ---- tasks

/// Each level is a task of its own.
Coroutine<int> awaits_task_below(int below, Future<> future) {
  const Level level;
  if (below == 0) {
    co_await future;
    co_return 1;
  }
  const int levels =
      co_await create_task(awaits_task_below(below - 1, std::move(future)));
  co_return levels + 1;
}

TEST_F(Deep, ManyTasksThatWaitForEachOtherEndOneAfterTheOther) {
  run_on_a_small_stack([](EventLoop& loop) {
    const Future<> future = loop.create_future();
    const auto task =
        loop.create_task(awaits_task_below(10 * k_many - 1, future));
    run_turns(loop, 10 * k_many);
    EXPECT_EQ(Level::alive, 10 * k_many);
    future.set_result();
    EXPECT_EQ(loop.run_until_complete(task), 10 * k_many);
  });
}

TEST_F(Deep, ManyTasksThatWaitForEachOtherAreDestroyedTogether) {
  run_on_a_small_stack([](EventLoop& loop) {
    loop.create_task(awaits_task_below(10 * k_many, loop.create_future()));
    run_turns(loop, 5 * k_many);
    EXPECT_EQ(Level::alive, 5 * k_many);
    loop.close();
    EXPECT_EQ(Level::alive, 0);
  });
}

TEST_F(Deep, ManyMayWaitForOneFuture) {
  run_on_a_small_stack([](EventLoop& loop) {
    const Future<> future = loop.create_future();
    for (int i = 0; i < 10 * k_many; ++i) {
      loop.create_task(awaits_done(future, 1));
    }
    run_turns(loop, 1);
    EXPECT_EQ(Level::alive, 10 * k_many);
    future.set_result();
    run_turns(loop, 1);
    EXPECT_EQ(Level::alive, 0);
  });
}

}  // namespace
}  // namespace asyncio
