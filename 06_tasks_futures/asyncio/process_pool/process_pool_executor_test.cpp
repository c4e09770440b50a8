// Calls in other processes: what they take, give and throw, and what becomes of
// their futures.
#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <latch>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/process_pool/worker_test.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/nothing_left.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ProcessPoolExecutorTest : public tests::NothingLeft,
                                public testing::Test {};

int add(int a, int b) noexcept {
  return a + b;
}

TEST_F(ProcessPoolExecutorTest, CallsInAnotherProcess) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t there = pool.submit(::getpid).result();
  EXPECT_NE(there, ::getpid());
  EXPECT_NE(pool.submit(::getppid).result(), ::getpid());
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

void do_nothing() {}
std::size_t length(const std::string& text) {
  return text.size();
}
std::string take_over(std::string&& text) {
  return std::move(text);
}

TEST_F(ProcessPoolExecutorTest, CallsWhateverIsAPlainFunction) {
  ProcessPoolExecutor pool({.max_workers = 1});
  pool.submit(do_nothing).result();
  EXPECT_EQ(pool.submit(&add, 1, 2).result(), 3);
  EXPECT_EQ(pool.submit([](int a) { return a * 2; }, 3).result(), 6);
  EXPECT_EQ(pool.submit(+[](int a) noexcept { return a * 2; }, 4).result(), 8);
  int (*const pointer)(int, int) = add;
  EXPECT_EQ(pool.submit(pointer, 2, 'a').result(), 'c');
  EXPECT_EQ(pool.submit(length, "four").result(), 4);
  EXPECT_EQ(pool.submit(take_over, "all").result(), "all");
}

struct Point {
  double x;
  double y;
};

using Rows = std::vector<std::vector<std::string>>;

Rows columns_of(const Rows& rows) {
  Rows columns(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].push_back(row[i]);
  }
  return columns;
}

TEST_F(ProcessPoolExecutorTest, StructsStringsAndVectorsGoBothWays) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto turned = [](Point point) { return Point{point.y, point.x}; };
  EXPECT_EQ(pool.submit(turned, Point{1, 2}).result().x, 2);
  const Rows rows = {{"a", "b"}, {"c", "d"}, {"e", "f"}};
  EXPECT_THAT(
      pool.submit(columns_of, rows).result(),
      ElementsAre(ElementsAre("a", "c", "e"), ElementsAre("b", "d", "f")));
}

std::string twice(const std::string& text) {
  return text + text;
}

TEST_F(ProcessPoolExecutorTest, ArgumentsAndResultsMayHaveManyMebibytes) {
  ProcessPoolExecutor pool({.max_workers = 2});
  std::string text(16 << 20U, 'x');
  std::ranges::generate(text, [n = 0]() mutable { return char(n++ % 101); });
  const auto one = pool.submit(twice, text);
  const auto other = pool.submit(twice, text);
  EXPECT_EQ(one.result(), twice(text));
  EXPECT_EQ(other.result(), twice(text));
}

// test_saturation
TEST_F(ProcessPoolExecutorTest, AThousandCallsShareThreeProcesses) {
  ProcessPoolExecutor pool({.max_workers = 3});
  std::vector<ConcurrentFuture<int>> sums;
  std::vector<ConcurrentFuture<pid_t>> processes;
  for (int i = 0; i < 500; ++i) {
    sums.push_back(pool.submit(add, i, 1));
    processes.push_back(pool.submit(::getpid));
  }
  for (int i = 0; i < 500; ++i) EXPECT_EQ(sums[std::size_t(i)].result(), i + 1);
  std::set<pid_t> different;
  for (const auto& each : processes) different.insert(each.result());
  EXPECT_LE(different.size(), 3);
}

TEST_F(ProcessPoolExecutorTest, CallsOverlap) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 3});
  std::vector<ConcurrentFuture<pid_t>> calls;
  std::set<pid_t> different;
  for (int i = 0; i < 3; ++i) {
    calls.push_back(pool.submit(tell_and_be_told, notice.path(), gate.path()));
  }
  for (int i = 0; i < 3; ++i) different.insert(notice.told());
  EXPECT_EQ(different.size(), 3);
  for (int i = 0; i < 3; ++i) tell(gate.path(), 7);
  for (const auto& call : calls) EXPECT_EQ(call.result(), 7);
}

// test_idle_process_reuse_one
TEST_F(ProcessPoolExecutorTest, AnIdleProcessIsUsedAgain) {
  ProcessPoolExecutor pool({.max_workers = 4});
  const pid_t first = pool.submit(::getpid).result();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(pool.submit(::getpid).result(), first);
  }
}

// ---- exceptions

class MyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// test_traceback
TEST_F(ProcessPoolExecutorTest, BringsExceptionsBack) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto known = pool.submit([]() -> int { throw ValueError("no"); });
  EXPECT_EQ(thrown_by([&] { return known.result(); }), "ValueError: no");
  const auto own = pool.submit([] { throw MyError("no"); });
  EXPECT_EQ(message_of<RemoteError>([&] { return own.result(), 0; }),
            "MyError: no");
  const auto no_exception = pool.submit([] { throw CustomError{7}; });
  EXPECT_EQ(message_of<RemoteError>([&] { return no_exception.result(), 0; }),
            "CustomError");
  const auto of_the_system = pool.submit(
      [] { throw std::system_error(ENOENT, std::generic_category(), "open"); });
  EXPECT_EQ(
      message_of<std::system_error>([&] { return of_the_system.result(), 0; }),
      "open: No such file or directory");
}

// Wherever its memory ends: the n-th allocation from here on fails.
pid_t fail_later(std::size_t n) {
  tests::Allocations::fails_at = tests::Allocations::count + n;
  return ::getpid();
}
pid_t process_of(const std::string& /*text*/,
                 std::vector<std::string> /*all*/) {
  return ::getpid();
}

TEST_F(ProcessPoolExecutorTest, WithoutMemoryTheCallFailsNotTheProcess) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t process = pool.submit(::getpid).result();
  const std::string text(100, 'x');
  int failed = 0;
  for (std::size_t n = 1; n < 20; ++n) {
    for (const auto& call :
         {pool.submit(fail_later, n),
          pool.submit(process_of, text, std::vector(3, text))}) {
      try {
        EXPECT_EQ(call.result(), process);
      } catch (const std::bad_alloc&) {
        ++failed;
      }
    }
  }
  EXPECT_GT(failed, 8);
  EXPECT_EQ(pool.submit(::getpid).result(), process);
}

// ---- futures and the end

TEST_F(ProcessPoolExecutorTest, WhatWaitsMayBeCancelled) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto running =
      pool.submit(tell_and_be_told, notice.path(), gate.path());
  const auto waiting = pool.submit(tell_and_wait, notice.path());
  EXPECT_GT(notice.told(), 0);
  EXPECT_FALSE(running.cancel());
  EXPECT_TRUE(waiting.cancel());
  tell(gate.path(), 5);
  EXPECT_EQ(running.result(), 5);
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

TEST_F(ProcessPoolExecutorTest, ItsEndWaitsForAllCalls) {
  std::vector<ConcurrentFuture<int>> calls;
  {
    ProcessPoolExecutor pool({.max_workers = 2});
    for (int i = 0; i < 20; ++i) calls.push_back(pool.submit(add, i, i));
  }
  for (int i = 0; i < 20; ++i) {
    const auto& call = calls[std::size_t(i)];
    ASSERT_TRUE(call.done());
    EXPECT_EQ(call.result(), 2 * i);
  }
}

// test_run_after_shutdown
TEST_F(ProcessPoolExecutorTest, AfterShutdownItTakesNothing) {
  ProcessPoolExecutor pool;
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
  pool.shutdown();
  pool.shutdown();
  EXPECT_EQ(message_of<RuntimeError>([&] { return pool.submit(do_nothing); }),
            "cannot schedule new futures after shutdown");
}

// test_cancel_futures
TEST_F(ProcessPoolExecutorTest, ShutdownNeedNotWaitAndMayCancelWhatWaits) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto running =
      pool.submit(tell_and_be_told, notice.path(), gate.path());
  const auto waiting = pool.submit(add, 1, 2);
  EXPECT_GT(notice.told(), 0);
  pool.shutdown(false, true);
  EXPECT_FALSE(running.done());
  EXPECT_TRUE(waiting.cancelled());
  tell(gate.path(), 5);
  EXPECT_EQ(running.result(), 5);
}

TEST_F(ProcessPoolExecutorTest, SeveralThreadsMayShutItDown) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto call = pool.submit(tell_and_be_told, notice.path(), gate.path());
  EXPECT_GT(notice.told(), 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      pool.shutdown();
      EXPECT_TRUE(call.done());
    });
  }
  tell(gate.path(), 5);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(call.result(), 5);
}

TEST_F(ProcessPoolExecutorTest, ManyThreadsMaySubmitAtOnce) {
  std::vector<ConcurrentFuture<int>> calls(200);
  ProcessPoolExecutor pool({.max_workers = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int call = i; call < 200; call += 4) {
        calls[std::size_t(call)] = pool.submit(add, call, 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(calls[std::size_t(i)].result(), i + 1);
  }
}

// ---- in a loop

/// In real time.
class RunInProcessTest : public tests::NothingLeft, public LoopTest {
 protected:
  RunInProcessTest() : LoopTest(new_loop()) {}
};

Coroutine<int> seven() {
  co_return 7;
}
// The pool is made inside of a loop, which is none of the worker's.
int runs_a_loop() {
  return asyncio::run(seven());
}

Coroutine<> calls_there() {
  ProcessPoolExecutor pool({.max_workers = 2});
  const pid_t process = co_await run_in_executor(pool, ::getpid);
  EXPECT_NE(process, ::getpid());
  const int sum = co_await run_in_executor(pool, add, 1, 2);
  EXPECT_EQ(sum, 3);
  const int result = co_await run_in_executor(pool, runs_a_loop);
  EXPECT_EQ(result, 7);
  const std::string text = co_await run_in_executor(
      pool, [](std::string mine) { return mine + mine; }, std::string("ab"));
  EXPECT_EQ(text, "abab");
  co_await run_in_executor(pool, do_nothing);
  const auto [one, other] = co_await gather(run_in_executor(pool, add, 1, 1),
                                            run_in_executor(pool, add, 2, 2));
  EXPECT_EQ(one + other, 6);
}

TEST_F(RunInProcessTest, GivesWhatTheCallGives) {
  run(calls_there());
}

Coroutine<pid_t> is_told(ProcessPoolExecutor& pool, const Notice& notice,
                         const Notice& gate) {
  co_return co_await run_in_executor(pool, tell_and_be_told, notice.path(),
                                     gate.path());
}
Coroutine<> goes_on(const Notice& gate) {
  for (int i = 0; i < 10; ++i) co_await sleep(0s);
  tell(gate.path(), 5);
}

TEST_F(RunInProcessTest, TheLoopGoesOnMeanwhile) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 1});
  start(goes_on(gate));
  EXPECT_EQ(run(is_told(pool, notice, gate)), 5);
}

Coroutine<> outlives(ProcessPoolExecutor& pool, const Notice& notice,
                     Log& log) {
  auto call = run_in_executor(pool, tell_and_wait, notice.path());
  ::kill(notice.told(), SIGKILL);
  try {
    co_await call;
  } catch (const BrokenProcessPool&) {
    log.emplace_back("broken");
  }
  const int sum = co_await run_in_executor(pool, add, 1, 2);
  log.push_back(std::to_string(sum));
}

TEST_F(RunInProcessTest, TheLoopAndLaterCallsOutliveAProcess) {
  const Notice notice;
  ProcessPoolExecutor pool({.max_workers = 1});
  run(outlives(pool, notice, log_));
  EXPECT_THAT(log_, ElementsAre("broken", "3"));
}

Coroutine<> cancels(ProcessPoolExecutor& pool, const Notice& notice,
                    const Notice& gate, Log& log) {
  auto running =
      run_in_executor(pool, tell_and_be_told, notice.path(), gate.path());
  auto waiting = run_in_executor(pool, tell_and_wait, notice.path());
  EXPECT_GT(notice.told(), 0);
  for (auto* each : {&running, &waiting}) {
    each->cancel();
    try {
      co_await *each;
    } catch (const CancelledError&) {
      log.emplace_back("cancelled");
    }
  }
  co_await sleep(0s);  // until the pool knows
  tell(gate.path(), 5);
}

TEST_F(RunInProcessTest, ACancelledCallThatHasBegunRunsOn) {
  const Notice notice;
  const Notice gate;
  ProcessPoolExecutor pool({.max_workers = 1});
  run(cancels(pool, notice, gate, log_));
  EXPECT_THAT(log_, ElementsAre("cancelled", "cancelled"));
}

}  // namespace
}  // namespace asyncio
