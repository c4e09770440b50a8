// How futures, tasks and results are described: as Python's repr does.
#include "06_tasks_futures/asyncio/debugging/repr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_future.hpp"
#include "06_tasks_futures/asyncio/debugging/debugging_test.hpp"

namespace asyncio {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class ReprTest : public DebugTest {
 protected:
  static std::string repr_of(const AnyFuture& future) {
    return repr(future.state());
  }
};

Coroutine<> waits(Future<> future) {
  co_await future;
}

Coroutine<std::string> says(std::string text) {
  co_return text;
}

TEST_F(ReprTest, AFutureIsDescribedInPythonsWords) {
  const auto number = loop().create_future<int>();
  EXPECT_EQ(repr_of(number), "<Future pending>");
  number.set_result(42);
  EXPECT_EQ(repr_of(number), "<Future finished result=42>");
  const auto failed = loop().create_future<int>();
  failed.set_exception(ValueError("it's"));
  EXPECT_EQ(repr_of(failed),
            "<Future finished exception=ValueError(\"it's\")>");
  static_cast<void>(failed.exception());
  const auto cancelled = loop().create_future<int>();
  cancelled.cancel();
  EXPECT_EQ(repr_of(cancelled), "<Future cancelled>");
}

TEST_F(ReprTest, ResultsAreDescribedAsPythonDoes) {
  const auto described = [this](auto value) {
    const auto future = loop().create_future<decltype(value)>();
    future.set_result(value);
    return repr_of(future);
  };
  EXPECT_EQ(described(true), "<Future finished result=True>");
  EXPECT_EQ(described(2.0), "<Future finished result=2.0>");
  EXPECT_EQ(described(2.5e300), "<Future finished result=2.5e+300>");
  EXPECT_EQ(described(100000.0), "<Future finished result=100000.0>");
  EXPECT_EQ(described(0.0001), "<Future finished result=0.0001>");
  EXPECT_EQ(described(0.00001), "<Future finished result=1e-05>");
  EXPECT_EQ(described(1e15), "<Future finished result=1000000000000000.0>");
  EXPECT_EQ(described(1e16), "<Future finished result=1e+16>");
  EXPECT_EQ(described(std::string("a\n'b'\\")),
            "<Future finished result=\"a\\n'b'\\\\\">");
  EXPECT_EQ(described(std::string("'\"")), "<Future finished result='\\'\"'>");
  EXPECT_EQ(described(std::string("\x1b[2J\t\r")),
            "<Future finished result='\\x1b[2J\\t\\r'>");
  EXPECT_THAT(described(std::vector<int>{1}),
              MatchesRegex("<Future finished result=<vector<int.*>>"));
  const auto nothing = loop().create_future();
  nothing.set_result();
  EXPECT_EQ(repr_of(nothing), "<Future finished result=None>");
}

TEST_F(ReprTest, ATaskIsDescribedWithWhatItWaitsFor) {
  const auto future = loop().create_future();
  const auto inner = loop().create_task(waits(future), "inner");
  const auto outer = loop().create_task(waits(inner), "outer");
  run_turns(1);
  EXPECT_THAT(repr_of(outer),
              HasSubstr("wait_for=<Task pending name='inner'>"));
  outer.cancel();
  EXPECT_THAT(repr_of(outer), StartsWith("<Task cancelling name='outer'"));
  run_turns(3);
  EXPECT_THAT(repr_of(outer), StartsWith("<Task cancelled name='outer'"));
}

TEST_F(ReprTest, WithoutDebugModeLessIsKnown) {
  loop().set_debug(false);
  const auto task = loop().create_task(says("x"));
  EXPECT_THAT(repr_of(task),
              MatchesRegex("<Task pending name='Task-1' coro=<says\\(\\) "
                           "running at repr_test.cpp:[0-9]+>>"));
  run(task);
  EXPECT_EQ(repr_of(task), "<Task finished name='Task-1' result='x'>");
}

}  // namespace
}  // namespace asyncio
