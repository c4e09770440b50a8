// The warning for whoever forgets to await a coroutine: when it comes, once,
// and how it names the function.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "05_coroutines/coroutine.hpp"

namespace coroutines {

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

Coroutine<> waits_for(Wait wait) {
  co_await wait;
}

Coroutine<> custom_coro() {
  co_return;
}

class NeverAwaited : public testing::Test {
 protected:
  static std::string said_by(const std::function<void()>& call) {
    testing::internal::CaptureStderr();
    call();
    return testing::internal::GetCapturedStderr();
  }

  static std::string warning_about(const std::string& name) {
    return "never_awaited_test.cpp: RuntimeWarning: coroutine '" + name +
           "' was never awaited\n";
  }
};

TEST_F(NeverAwaited, IsToldWhenTheCoroutineDies) {
  EXPECT_EQ(
      said_by([] { const auto coroutine = custom_coro(); }),
      "never_awaited_test.cpp: RuntimeWarning: coroutine 'custom_coro' was "
      "never awaited\n");
}

TEST_F(NeverAwaited, IsToldOnceHoweverOftenItWasMoved) {
  EXPECT_EQ(said_by([] {
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
  auto another = waits_for(readable(1));
  another.next();
  EXPECT_EQ(said_by([&] { coroutine = std::move(another); }),
            warning_about("custom_coro"));
  EXPECT_EQ(said_by([&] { coroutine.next(); }), "");
}

TEST_F(NeverAwaited, IsNotToldOfOneThatIsAssignedToItself) {
  auto coroutine = custom_coro();
  auto& same = coroutine;
  EXPECT_EQ(said_by([&] { coroutine = std::move(same); }), "");
  coroutine.next();
}

TEST_F(NeverAwaited, IsNotToldOfOneThatHasRun) {
  EXPECT_EQ(said_by([] { custom_coro().next(); }), "");
}

TEST_F(NeverAwaited, IsNotToldOfOneThatWasDestroyedHalfWay) {
  EXPECT_EQ(said_by([] { waits_for(readable(1)).next(); }), "");
}

Coroutine<> awaits_another() {
  co_await custom_coro();
}

TEST_F(NeverAwaited, IsNotToldOfOneThatWasAwaited) {
  EXPECT_EQ(said_by([] { awaits_another().next(); }), "");
}

TEST_F(NeverAwaited, IsNotToldOfOneThatWasClosedOrThrownInto) {
  EXPECT_EQ(said_by([] { custom_coro().close(); }), "");
  EXPECT_EQ(said_by([] {
              auto coroutine = custom_coro();
              EXPECT_THROW(coroutine.throw_in(std::runtime_error("no")),
                           std::runtime_error);
            }),
            "");
}

Coroutine<> forgets_another() {
  const auto forgotten = custom_coro();
  co_await readable(1);
}

TEST_F(NeverAwaited, IsToldWhenTheFrameThatHeldItDies) {
  EXPECT_EQ(said_by([] { forgets_another().next(); }),
            warning_about("custom_coro"));
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
  EXPECT_EQ(said_by([&] { const auto coroutine = thing.member(); }),
            warning_about("member"));
  EXPECT_EQ(said_by([] { const auto coroutine = Thing::static_member(); }),
            warning_about("static_member"));
  EXPECT_EQ(said_by([&] { const auto coroutine = thing.template_member(1); }),
            warning_about("template_member"));
}

TEST_F(NeverAwaited, NamesMembersOfTemplates) {
  Box<std::map<int, std::function<void()>>> box;
  EXPECT_EQ(said_by([&] { const auto coroutine = box.open(); }),
            warning_about("open"));
}

TEST_F(NeverAwaited, NamesTemplates) {
  EXPECT_EQ(said_by([] { const auto coroutine = inner::templated(1); }),
            warning_about("templated"));
  EXPECT_EQ(said_by([] {
              const auto coroutine = of_a_type(std::map<int, void (*)(int)>());
            }),
            warning_about("of_a_type"));
}

TEST_F(NeverAwaited, NamesThoseThatReturnWhatHasParenthesesInItsName) {
  EXPECT_EQ(said_by([] { const auto coroutine = returns_functions(); }),
            warning_about("returns_functions"));
}

}  // namespace
}  // namespace coroutines
