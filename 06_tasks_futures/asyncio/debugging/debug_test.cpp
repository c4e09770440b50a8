// Debug mode: what is forgotten, or in the wrong thread, is told with its
// place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "06_tasks_futures/asyncio/debugging/debugging_test.hpp"
#include "06_tasks_futures/asyncio/run.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::MatchesRegex;

// ---- how it is switched on

Coroutine<bool> is_debug() {
  co_return get_running_loop().get_debug();
}

TEST(DebugMode, IsOnIfRunIsToldSo) {
  EXPECT_FALSE(run(is_debug()));
  EXPECT_TRUE(run(is_debug(), {.debug = true}));
}

// test_asyncio_run_debug, test_default_loop_debug (PYTHONASYNCIODEBUG)
TEST(DebugMode, IsOnIfTheEnvironmentSaysSo) {
  ::setenv("ASYNCIO_DEBUG", "1", 1);
  EXPECT_TRUE(run(is_debug()));
  EXPECT_FALSE(run(is_debug(), {.debug = false}));
  ::setenv("ASYNCIO_DEBUG", "", 1);
  EXPECT_FALSE(run(is_debug()));
  ::unsetenv("ASYNCIO_DEBUG");
}

// ---- what is forgotten

Coroutine<> fails() {
  throw ValueError("not consumed");
  co_return;
}

// test_tb_logger_exception_unretrieved
TEST_F(DebugTest, AnExceptionThatNobodyAskedForIsToldWithItsTask) {
  loop().create_task(fails());
  const std::string created = here(-1);
  EXPECT_THAT(stderr_of([&] { run_turns(2); }),
              MatchesRegex("Task exception was never retrieved: not consumed\n"
                           "task: <Task finished name='Task-1' "
                           "coro=<fails\\(\\) done, defined at "
                           "debug_test.cpp:[0-9]+> exception=ValueError"
                           "\\('not consumed'\\) created at " +
                           created + ">\n"));
}

Coroutine<> waits(Future<> future) {
  co_await future;
}
const int k_waits = line(-3);

// test_log_destroyed_pending_task
TEST_F(DebugTest, ATaskThatIsDestroyedWhileItWaitsIsToldWithItsPlace) {
  loop().create_task(waits(loop().create_future()));
  const std::string created = here(-1);
  run_turns(1);
  EXPECT_EQ(stderr_of([&] { close_loop(); }),
            "Task was destroyed but it is pending! Task-1\n"
            "task: <Task pending name='Task-1' coro=<waits() running at "
            "debug_test.cpp:" +
                std::to_string(k_waits + 1) +
                "> wait_for=<Future pending> created at " + created + ">\n");
}

// ---- the wrong thread

std::string in_another_thread(const std::function<void()>& call) {
  std::string thrown;
  std::thread([&] {
    thrown = message_of<RuntimeError>([&] {
      call();
      return 0;
    });
  }).join();
  return thrown;
}

// test_call_soon_non_threadsafe and the like (_check_thread)
TEST_F(DebugTest, ACallFromAnotherThreadIsRefusedWhileTheLoopRuns) {
  const std::string refused =
      "Non-thread-safe operation invoked on an event loop other than the "
      "current one";
  const auto future = loop().create_future();
  const auto task = loop().create_task(waits(loop().create_future()));
  loop().call_soon([&] {
    const std::vector<std::function<void()>> calls = {
        [&] { loop().call_soon([] {}); },
        [&] { loop().call_later(1s, [] {}); },
        [&] { loop().call_at(TimePoint(), [] {}); },
        [&] { loop().create_task(waits(future)); },
        [&] { loop().add_reader(0, [] {}); },
        [&] { future.set_result(); },
        [&] { future.set_exception(ValueError("")); },
        [&] { future.cancel(); },
        [&] { task.cancel(); },
    };
    for (const auto& call : calls) EXPECT_EQ(in_another_thread(call), refused);
    EXPECT_FALSE(future.done());
    loop().call_soon([&] { future.set_result(); });  // here it is allowed
  });
  stderr_of([&] { run(future); });
  task.cancel();
  run_turns(2);
}

TEST_F(DebugTest, BeforeTheRunAnyThreadMayCall) {
  std::thread([&] { loop().call_soon(note("ran")); }).join();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("ran"));
}

}  // namespace
}  // namespace asyncio
