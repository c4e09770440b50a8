// The warning for whoever forgets to await a coroutine: when it comes, once,
// and how it names the function.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"

namespace asyncio {

// Their signatures are what the warnings are made of.
Coroutine<std::map<int, std::function<void(int)>>> returns_functions();
Coroutine<std::map<int, std::function<void(int)>>> returns_functions() {
  co_return std::map<int, std::function<void(int)>>();
}

namespace inner {
template <typename T>
Coroutine<T> templated(T value) {
  co_return value;
}
}  // namespace inner

namespace {

using namespace std::chrono_literals;

Coroutine<> custom_coro() {
  co_return;
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
  auto another = inner::templated(1);
  auto same = inner::templated(2);
  EXPECT_EQ(stderr_of([&] { same = std::move(another); }),
            warning_about("templated"));
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

struct Thing {
  Coroutine<> member() const { co_return; }
  static Coroutine<> static_member() { co_return; }
  template <typename T>
  Coroutine<> template_member(T /*value*/) {
    co_return;
  }
};

template <typename T>
struct Box {
  Coroutine<> open() { co_return; }
};

template <typename T>
Coroutine<> of_a_type(std::map<int, T> /*map*/) {
  co_return;
}

TEST_F(NeverAwaited, NamesMemberFunctions) {
  Thing thing;
  EXPECT_EQ(stderr_of([&] { const auto coroutine = thing.member(); }),
            warning_about("member"));
  EXPECT_EQ(stderr_of([] { const auto coroutine = Thing::static_member(); }),
            warning_about("static_member"));
  EXPECT_EQ(stderr_of([&] { const auto coroutine = thing.template_member(1); }),
            warning_about("template_member"));
}

TEST_F(NeverAwaited, NamesMembersOfTemplates) {
  Box<std::map<int, std::function<void()>>> box;
  EXPECT_EQ(stderr_of([&] { const auto coroutine = box.open(); }),
            warning_about("open"));
}

TEST_F(NeverAwaited, NamesTemplates) {
  EXPECT_EQ(stderr_of([] { const auto coroutine = inner::templated(1); }),
            warning_about("templated"));
  EXPECT_EQ(stderr_of([] {
              const auto coroutine = of_a_type(std::map<int, void (*)(int)>());
            }),
            warning_about("of_a_type"));
}

TEST_F(NeverAwaited, NamesThoseThatReturnWhatHasParenthesesInItsName) {
  EXPECT_EQ(stderr_of([] { const auto coroutine = returns_functions(); }),
            warning_about("returns_functions"));
}

}  // namespace
}  // namespace asyncio
