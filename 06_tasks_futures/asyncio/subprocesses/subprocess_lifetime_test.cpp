// Whatever becomes of a program, of those who wait for it, and of the loop:
// nothing leaks, nothing is lost, and nobody stays behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/subprocesses/subprocesses_test.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/allocations.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using subprocess::pipe;
using testing::HasSubstr;
using testing::Pair;

class SubprocessLifetimeTest : public SubprocessTest {};

// ---- who is cancelled

// test_cancel_process_wait
TEST_F(SubprocessLifetimeTest, ACancelledWaitLeavesItRunning) {
  const Process process = sleeper();
  const auto waits = start(process.wait());
  const auto waits_too = start(process.wait());
  run_turns(2);
  waits.cancel();
  run_turns(2);
  EXPECT_TRUE(waits.cancelled());
  EXPECT_EQ(process.returncode(), std::nullopt);
  process.kill();
  EXPECT_EQ(run(process.wait()), -SIGKILL);
  EXPECT_EQ(run(waits_too), -SIGKILL);
}

// test_cancel_make_subprocess_transport_exec
TEST_F(SubprocessLifetimeTest, WhoeverIsCancelledBeforeItStartsStartsNothing) {
  const auto starts = start(create_subprocess_exec("sleep", "1000"));
  starts.cancel();
  run_turns(2);
  EXPECT_TRUE(starts.cancelled());
  EXPECT_FALSE(tests::has_children());
}

TEST_F(SubprocessLifetimeTest, ACancelledCommunicateLosesNothing) {
  net::SocketPair sockets;
  const Process process =
      shell({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = sockets.there.get()},
            "echo first; cat; read line <&2; exit 2");
  sockets.there.close();
  const std::string input(1'000'000, 'x');
  for (int turns = 1; turns < 20; ++turns) {
    const auto talks = start(process.communicate(input));
    run_turns(turns);
    talks.cancel();
    run_until([&] { return talks.done(); });
    ASSERT_TRUE(talks.cancelled());
  }
  sockets.here.close();
  EXPECT_TRUE(output_of(process) == "first\n" + input);  // once, not 19 times
  EXPECT_EQ(process.returncode(), 2);
}

TEST_F(SubprocessLifetimeTest, WhatWasReadIsThereForTheNextWhoAsks) {
  net::SocketPair sockets;
  const Process process =
      shell({.stdin_ = sockets.there.get(), .stdout_ = pipe, .stderr_ = pipe},
            "echo out; exec >&- 2>&-; echo closed >&0; read line");
  sockets.there.close();
  const auto talks = start(process.communicate());
  std::array<char, 7> closed{};
  ASSERT_EQ(::recv(sockets.here.get(), closed.data(), closed.size(), 0), 7);
  run_turns(10);  // all has been read, and it runs
  EXPECT_FALSE(talks.done());
  talks.cancel();
  run_turns(1);
  EXPECT_TRUE(talks.cancelled());
  sockets.here.close();
  EXPECT_THAT(run(process.communicate()), Pair("out\n", ""));
}

// With a timeout, the way it is meant to be used.
TEST_F(SubprocessLifetimeTest, WhoeverHasWaitedTooLongMayKillAndReadOn) {
  const Process process = shell({.stdin_ = pipe, .stdout_ = pipe},
                                "printf 'ready\nout\n'; exec sleep 1000");
  EXPECT_EQ(run(process.stdout_().readline()), "ready\n");
  const std::string input(1'000'000, 'x');  // nobody reads it
  EXPECT_EQ(thrown_by([&] {
              return run(wait_for(process.communicate(input), 10ms));
            }),
            "TimeoutError");
  process.kill();
  EXPECT_EQ(run(process.wait()), -SIGKILL);
  EXPECT_EQ(output_of(process), "out\n");
}

// ---- who is let go

/// A child is there, and none has ended.
bool has_only_running_children() {
  siginfo_t info{};
  const int result = ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 && info.si_pid == 0;
}

TEST_F(SubprocessLifetimeTest, WhatNobodyHoldsRunsOnAndIsReaped) {
  net::SocketPair sockets;
  static_cast<void>(exec({.stdin_ = sockets.there.get()}, "cat"));
  sockets.there.close();
  run_turns(3);
  EXPECT_TRUE(has_only_running_children());
  sockets.here.close();
  run_until([] { return !tests::has_children(); });
}

TEST_F(SubprocessLifetimeTest, PipesThatNobodyHoldsAreClosed) {
  static_cast<void>(exec({.stdin_ = pipe, .stdout_ = pipe}, "cat"));
  run_until([] { return !tests::has_children(); });
}

TEST_F(SubprocessLifetimeTest, AReaderIsEnoughToRead) {
  std::optional<Process> process =
      exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  const StreamReader reader = process->stdout_();
  process->stdin_().write("kept");
  process.reset();  // what was written is still sent, and then closed
  EXPECT_EQ(run(reader.read()), "kept");
  run_until([] { return !tests::has_children(); });
}

TEST_F(SubprocessLifetimeTest, WhoeverWaitsHoldsIt) {
  const auto waits = start(shell({}, "exit 4").wait());
  EXPECT_EQ(run(waits), 4);
}

// ---- whose loop closes

// test_close_kill_running
TEST_F(SubprocessLifetimeTest, TheLoopKillsWhatStillRuns) {
  const Process running = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  const Process stopped = sleeper();
  stopped.send_signal(SIGSTOP);
  static_cast<void>(sleeper());  // nobody holds it
  const auto waits = start(running.wait());
  run_turns(2);
  loop().close();
  reports_.clear();  // that `waits` was destroyed
  EXPECT_FALSE(tests::has_children());
  EXPECT_EQ(running.returncode(), -SIGKILL);
  EXPECT_EQ(stopped.returncode(), -SIGKILL);
  EXPECT_THAT(thrown_by([&] {
                running.terminate();
                return 0;
              }),
              HasSubstr("No such process"));
}

// test_close_dont_kill_finished
TEST_F(SubprocessLifetimeTest, TheLoopKillsNothingThatHasEnded) {
  const Process process = shell({.stdin_ = pipe}, "read line; exit 6");
  process.stdin_().close();
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(process.pid()), &info, WEXITED | WNOWAIT);
  loop().close();
  EXPECT_EQ(process.returncode(), 6);
}

TEST_F(SubprocessLifetimeTest, AProcessOutlivesItsLoop) {
  const Process process = exec({.stdin_ = pipe, .stdout_ = pipe}, "cat");
  loop().close();
  EXPECT_TRUE(process.stdin_().is_closing());
  EventLoop other;
  EXPECT_EQ(other.run_until_complete(process.wait()), -SIGKILL);
}

// ---- what others do

// The child's child has the pipe.
TEST_F(SubprocessLifetimeTest, WaitEndsWithItAndCommunicateWithItsPipes) {
  net::SocketPair sockets;
  const Process process =
      shell({.stdin_ = sockets.there.get(), .stdout_ = pipe},
            "exec 3<&0; cat <&3 & echo child; exit 3");
  sockets.there.close();
  const auto talks = start(process.communicate());
  EXPECT_EQ(run(process.wait()), 3);
  run_turns(3);
  EXPECT_FALSE(talks.done());
  tests::say(sockets.here, "grandchild\n");
  sockets.here.close();
  EXPECT_THAT(run(talks).first,
              testing::AnyOf("child\ngrandchild\n", "grandchild\nchild\n"));
}

TEST_F(SubprocessLifetimeTest, ChildrenOfOthersAreNotReaped) {
  const pid_t other = ::fork();
  if (other == 0) ::_exit(9);
  EXPECT_EQ(run(exec({}, "true").wait()), 0);
  int status = 0;
  EXPECT_EQ(::waitpid(other, &status, 0), other);
  EXPECT_EQ(WEXITSTATUS(status), 9);
}

TEST_F(SubprocessLifetimeTest, IfAnotherReapsItItsEndIsUnknown) {
  const Process process = shell({.stdin_ = pipe}, "read line; exit 6");
  process.stdin_().close();
  ::waitpid(process.pid(), nullptr, 0);
  EXPECT_EQ(run(process.wait()), 255);
  ::signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(run(exec({}, "true").wait()), 255);
  ::signal(SIGCHLD, SIG_DFL);
}

// ---- what cannot be had

/// While it lives, no descriptor from `n` on.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t n) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{.rlim_cur = n, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(SubprocessLifetimeTest, WithoutDescriptorsNothingStarts) {
  const int lowest = net::Descriptor(::dup(STDIN_FILENO)).get();
  std::optional<Process> process;
  int places = 0;
  for (; !process && places < 20; ++places) {
    const std::size_t before = tests::open_descriptors();
    try {
      const DescriptorLimit limit(static_cast<rlim_t>(lowest + places));
      process =
          exec({.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe, .cwd = "/"},
               "cat");
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::too_many_files_open);
      EXPECT_EQ(tests::open_descriptors(), before);
      EXPECT_FALSE(tests::has_children());
    }
  }
  EXPECT_GT(places, 7);
  ASSERT_TRUE(process);
  EXPECT_EQ(run(process->communicate("x")).first, "x");
}

/// Nothing, if the n-th allocation in it fails.
Coroutine<std::optional<Process>> starts_in_need(std::size_t n) {
  const tests::FailingAllocation failing(n);
  try {
    const Process process = co_await create_subprocess_exec(
        {.stdin_ = pipe, .stdout_ = pipe, .stderr_ = pipe}, "cat");
    co_return process;
  } catch (const std::bad_alloc&) {
    co_return std::nullopt;
  }
}

TEST_F(SubprocessLifetimeTest, WithoutMemoryNothingRunsOn) {
  const std::size_t before = tests::open_descriptors();
  std::optional<Process> process;
  std::size_t n = 0;
  while (!process && n < 200) {
    process = run(starts_in_need(++n));
    EXPECT_TRUE(process || !tests::has_children());
    EXPECT_TRUE(process || tests::open_descriptors() == before);
  }
  EXPECT_GT(n, 10);
  ASSERT_TRUE(process);
  EXPECT_EQ(run(process->communicate("x")).first, "x");
}

// ---- ten thousand

/// What was asked of the heap, and not given back.
std::size_t heap_in_use() {
  return ::mallinfo2().uordblks;
}

Coroutine<> starts_and_ends() {
  const Process process =
      co_await create_subprocess_exec({.stdout_ = pipe}, "/bin/true");
  co_await process.wait();
}

/// 300, unless ECHO_LADDER_STARTS says otherwise.
int starts() {
  const char* const n = std::getenv("ECHO_LADDER_STARTS");
  return n ? std::atoi(n) : 300;
}

TEST_F(SubprocessLifetimeTest, ManyStartsAndEndsLeaveNothingBehind) {
  for (int i = 0; i < 20; ++i) run(starts_and_ends());
  const std::size_t descriptors = tests::open_descriptors();
  const std::size_t heap = heap_in_use();
  for (int i = 0; i < starts(); ++i) run(starts_and_ends());
  EXPECT_EQ(heap_in_use(), heap);
  EXPECT_EQ(tests::open_descriptors(), descriptors);
  EXPECT_FALSE(tests::has_children());
}

}  // namespace
}  // namespace asyncio
