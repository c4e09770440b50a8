// The warning for whoever forgets to await a coroutine: when it comes, and
// once. (How it names the function, chapter 5 tests.)
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/loop_test.hpp"

namespace asyncio {

namespace {

using namespace std::chrono_literals;

Coroutine<> custom_coro() {
  co_return;
}

Coroutine<int> another_coro() {
  co_return 1;
}

class NeverAwaited : public LoopTest {
 protected:
  static std::string warning_about(const std::string& name) {
    return "never_awaited_test.cpp: RuntimeWarning: coroutine '" + name +
           "' was never awaited\n";
  }
};

TEST_F(NeverAwaited, IsToldWhenTheCoroutineDies) {
  EXPECT_EQ(
      stderr_of([] { const auto coroutine = custom_coro(); }),
      "never_awaited_test.cpp: RuntimeWarning: coroutine 'custom_coro' was "
      "never awaited\n");
}

TEST_F(NeverAwaited, IsToldOnceHoweverOftenItWasMoved) {
  EXPECT_EQ(stderr_of([] {
              auto first = custom_coro();
              auto second = std::move(first);
              std::vector<Coroutine<>> coroutines;
              coroutines.push_back(std::move(second));
              coroutines.reserve(100);
            }),
            warning_about("custom_coro"));
}

TEST_F(NeverAwaited, IsToldAtOnceOfOneThatIsAssignedOver) {
  auto coroutine = custom_coro();
  auto another = another_coro();
  auto same = another_coro();
  EXPECT_EQ(stderr_of([&] { same = std::move(another); }),
            warning_about("another_coro"));
  run(std::move(same));
  run(std::move(coroutine));
}

TEST_F(NeverAwaited, IsNotToldOfOneThatIsAssignedToItself) {
  auto coroutine = custom_coro();
  auto& same = coroutine;
  EXPECT_EQ(stderr_of([&] { coroutine = std::move(same); }), "");
  run(std::move(coroutine));
}

Coroutine<> awaits_another() {
  co_await custom_coro();
}

TEST_F(NeverAwaited, IsNotToldOfOneThatWasAwaited) {
  EXPECT_EQ(stderr_of([this] { run(awaits_another()); }), "");
}

TEST_F(NeverAwaited, IsNotToldOfATaskThatWasCancelledBeforeItBegan) {
  EXPECT_EQ(stderr_of([this] {
              loop().create_task(custom_coro()).cancel();
              run_turns(1);
            }),
            "");
}

TEST_F(NeverAwaited, IsNotToldOfATaskThatNeverBegan) {
  EXPECT_EQ(stderr_of([this] {
              loop().create_task(custom_coro(), "forgotten");
              loop().close();
            }),
            "Task was destroyed but it is pending! forgotten\n");
}

Coroutine<> forgets_another() {
  const auto forgotten = custom_coro();
  co_await sleep(1h);
}

TEST_F(NeverAwaited, IsToldWhenTheFrameThatHeldItDies) {
  const Task<> task = loop().create_task(forgets_another());
  run_turns(1);
  task.cancel();
  EXPECT_EQ(stderr_of([this] { run_turns(1); }), warning_about("custom_coro"));
}

Coroutine<> takes(Coroutine<> given) {
  co_await sleep(1h);
  co_await std::move(given);
}

TEST_F(NeverAwaited, IsToldOfAParameterThatWasNotYetAwaited) {
  const Task<> task = loop().create_task(takes(custom_coro()));
  run_turns(1);
  task.cancel();
  EXPECT_EQ(stderr_of([this] { run_turns(1); }), warning_about("custom_coro"));
}

}  // namespace
}  // namespace asyncio
