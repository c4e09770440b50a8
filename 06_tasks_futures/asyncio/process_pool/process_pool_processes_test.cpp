// The processes of a pool: what they have of their parent's, how they end, and
// who notices.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "06_tasks_futures/asyncio/process_pool/descriptor_passing.hpp"
#include "06_tasks_futures/asyncio/process_pool/forking.hpp"
#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"
#include "06_tasks_futures/asyncio/process_pool/worker_test.hpp"
#include "common/net/socket_pair.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/nothing_left.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ProcessPoolProcessesTest : public tests::NothingLeft,
                                 public testing::Test {};

constexpr const char* k_broken =
    "A process in the process pool was terminated abruptly while the future "
    "was running or pending.";

int add(int a, int b) {
  return a + b;
}

/// What is said about how a call's process ended.
template <typename T>
std::string said_of(const ConcurrentFuture<T>& call) {
  const std::string text =
      message_of<BrokenProcessPool>([&] { return call.result(), 0; });
  EXPECT_THAT(text, StartsWith(k_broken));
  return text.substr(std::min(text.size(), std::string(k_broken).size()));
}

// ---- a process ends

// test_killed_child; but there it breaks the pool.
TEST_F(ProcessPoolProcessesTest, AKilledProcessFailsItsCallAndNoOther) {
  const Notice notice;
  ProcessPoolExecutor pool({.max_workers = 2});
  const auto killed = pool.submit(tell_and_wait, notice.path());
  const pid_t process = notice.told();
  const auto other = pool.submit(tell_and_wait, notice.path());
  const pid_t other_process = notice.told();
  const auto waiting = pool.submit(add, 1, 2);
  ::kill(process, SIGKILL);
  EXPECT_EQ(said_of(killed), " It was killed by signal 9 (Killed).");
  EXPECT_TRUE(is_gone(process));
  EXPECT_EQ(waiting.result(), 3);
  EXPECT_FALSE(other.done());
  ::kill(other_process, SIGTERM);
  EXPECT_EQ(said_of(other), " It was killed by signal 15 (Terminated).");
  EXPECT_EQ(pool.submit(add, 2, 3).result(), 5);
}

// test_crash_during_func_exec_on_worker, test_exit_during_func_exec_on_worker
TEST_F(ProcessPoolProcessesTest, AFunctionMayEndItsProcess) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto aborts = pool.submit([] {
    const rlimit no_core{};
    ::setrlimit(RLIMIT_CORE, &no_core);
    std::abort();
  });
  EXPECT_EQ(said_of(aborts), " It was killed by signal 6 (Aborted).");
  const auto terminates = pool.submit([] { std::terminate(); });
  EXPECT_EQ(said_of(terminates), " It was killed by signal 6 (Aborted).");
  const auto exits = pool.submit([] { std::exit(3); });
  EXPECT_EQ(said_of(exits), " It exited with status 3.");
  const auto exits_at_once = pool.submit([] { ::_exit(0); });
  EXPECT_EQ(said_of(exits_at_once), " It exited with status 0.");
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

// The signal may come before, while or after the next call is sent.
TEST_F(ProcessPoolProcessesTest, AProcessThatDiesIdleFailsNoCall) {
  ProcessPoolExecutor pool({.max_workers = 2});
  for (int i = 0; i < 100; ++i) {
    const pid_t process = pool.submit(::getpid).result();
    ::kill(process, SIGKILL);
    EXPECT_NE(pool.submit(::getpid).result(), process);
  }
}

// Nor if a child of its own has its descriptors.
TEST_F(ProcessPoolProcessesTest, ItDoesNotEvenIfItsChildLives) {
  const Notice notice;
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t process = pool.submit(
                                [](const std::string& path) {
                                  const pid_t child = ::fork();
                                  if (child == 0) wait_for_a_signal();
                                  tell(path, child);
                                  return ::getpid();
                                },
                                notice.path())
                            .result();
  const pid_t child = notice.told();
  const net::Descriptor end = open_pidfd(process);
  ::kill(process, SIGKILL);
  pollfd polled{end.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&polled, 1, k_deadline_ms), 1);
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
  ::kill(child, SIGKILL);
  EXPECT_TRUE(ends(child));
}

TEST_F(ProcessPoolProcessesTest, ACallThatForksIsAnsweredOnce) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto forks = pool.submit(
      [](int number) {
        ::fork();
        return number;
      },
      1);
  EXPECT_EQ(forks.result(), 1);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(pool.submit(add, i, 1).result(), i + 1);
}

TEST_F(ProcessPoolProcessesTest, NoCallbackMayWaitForTheEnd) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const Notice notice;
  const Notice gate;
  std::promise<std::string> thrown;
  const auto call = pool.submit(tell_and_be_told, notice.path(), gate.path());
  call.add_done_callback([&](const auto&) {
    thrown.set_value(message_of<RuntimeError>([&] {
      pool.shutdown();
      return 0;
    }));
  });
  EXPECT_GT(notice.told(), 0);
  tell(gate.path(), 1);
  EXPECT_EQ(thrown.get_future().get(), "cannot join current thread");
}

std::size_t size_of(const std::vector<int>& numbers) {
  return numbers.size();
}

TEST_F(ProcessPoolProcessesTest, AProcessThatDiesBeforeItHasReadFailsNoCall) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t process = pool.submit(::getpid).result();
  ::kill(process, SIGSTOP);
  const auto call = pool.submit(size_of, std::vector<int>(4 << 20U));
  while (!call.running()) std::this_thread::yield();
  ::kill(process, SIGKILL);
  EXPECT_EQ(call.result(), 4 << 20U);
}

TEST_F(ProcessPoolProcessesTest, HalfAnAnswerIsNone) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto call = pool.submit([] {
    const std::array<std::size_t, 2> size_and_some{1 << 20U};
    for (int fd = 3; fd < 10; ++fd) {  // one of them is the right one
      ::send(fd, size_and_some.data(), sizeof size_and_some, MSG_NOSIGNAL);
    }
    ::_exit(4);
  });
  EXPECT_EQ(said_of(call), " It exited with status 4.");
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

// Whoever else has its descriptors does not keep the call waiting.
TEST_F(ProcessPoolProcessesTest, AChildOfAProcessDoesNotHideItsEnd) {
  const Notice notice;
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto call = pool.submit(
      [](const std::string& path) {
        const pid_t child = ::fork();
        if (child == 0) wait_for_a_signal();
        tell(path, child);
        ::raise(SIGKILL);
      },
      notice.path());
  const pid_t child = notice.told();
  EXPECT_EQ(said_of(call), " It was killed by signal 9 (Killed).");
  ::kill(child, SIGKILL);
  EXPECT_TRUE(ends(child));
}

TEST_F(ProcessPoolProcessesTest, AProcessThatHangsUpIsEnded) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto call = pool.submit([] {
    ::close_range(3, ~0U, 0);
    wait_for_a_signal();
  });
  EXPECT_EQ(said_of(call), " It was killed by signal 9 (Killed).");
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

// ---- no process can be had

TEST_F(ProcessPoolProcessesTest, WithoutItsForkServerAllCallsFail) {
  const Notice notice;
  ProcessPoolExecutor pool({.max_workers = 2});
  const pid_t server = pool.submit(::getppid).result();
  const auto running = pool.submit(tell_and_wait, notice.path());
  const pid_t process = notice.told();
  ::kill(server, SIGKILL);
  EXPECT_EQ(said_of(running), "");
  EXPECT_TRUE(ends(process));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(pool.submit(add, 1, 2).result(), BrokenProcessPool);
  }
}

TEST_F(ProcessPoolProcessesTest, WithoutDescriptorsACallFails) {
  ProcessPoolExecutor pool({.max_workers = 1});
  {
    const tests::NoDescriptors none;
    const auto call = pool.submit(add, 1, 2);
    EXPECT_EQ(message_of<BrokenProcessPool>([&] { return call.result(); }),
              "no process for the call: socketpair: Too many open files");
  }
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

// The superuser may have as many as there are.
void expect_to_say_that_no_process_can_be_had() {
  constexpr uid_t k_nobody = 65'534;
  if (::geteuid() == 0) {
    ASSERT_EQ(::setresuid(k_nobody, k_nobody, k_nobody), 0);
  }
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t server = pool.submit(::getppid).result();
  ::kill(pool.submit(::getpid).result(), SIGKILL);
  rlimit before{};
  ::getrlimit(RLIMIT_NPROC, &before);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ::prlimit(server, RLIMIT_NPROC, &none, nullptr);
  EXPECT_EQ(said_of(pool.submit(add, 1, 2)),
            " fork: Resource temporarily unavailable.");
  ::prlimit(server, RLIMIT_NPROC, &before, nullptr);
  EXPECT_EQ(pool.submit(add, 1, 2).result(), 3);
}

TEST_F(ProcessPoolProcessesTest, WithoutProcessesACallFails) {
  const pid_t child = net::checked(::fork(), "fork");
  if (child == 0) {
    expect_to_say_that_no_process_can_be_had();
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(ProcessPoolProcessesTest, DescriptorsForWhichThereIsNoRoomAreEmpty) {
  const net::SocketPair pair;
  send_descriptors(pair.here, {0, 1});
  send_descriptors(pair.here, {1, 2});
  {
    const tests::NoDescriptors none;
    const auto received = receive_descriptors(pair.there);
    ASSERT_TRUE(received.has_value());
    EXPECT_FALSE((*received)[0] || (*received)[1]);
  }
  const auto received = receive_descriptors(pair.there);
  ASSERT_TRUE(received.has_value());
  EXPECT_TRUE((*received)[0] && (*received)[1]);
}

// ---- what they have of their parent's

std::string descriptors_here() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  std::string text;
  for (const auto& each : all) {
    std::error_code gone;
    const auto to = std::filesystem::read_symlink(each.path(), gone);
    if (to.string().ends_with("/fd")) continue;  // the one that looks
    if (std::stoi(each.path().filename()) > 2) text += to.string();
  }
  return text;
}

TEST_F(ProcessPoolProcessesTest, TheyHaveNoDescriptorsOfTheirParent) {
  std::vector<net::Descriptor> files;
  for (int i = 0; i < 50; ++i) {
    files.emplace_back(::open("/dev/null", O_RDONLY));
  }
  ProcessPoolExecutor pool({.max_workers = 2});
  ProcessPoolExecutor second({.max_workers = 1});
  for (ProcessPoolExecutor* each : {&pool, &second}) {
    const std::string here = each->submit(descriptors_here).result();
    EXPECT_THAT(here, StartsWith("socket:["));
    EXPECT_EQ(std::ranges::count(here, ':'), 1);
    const pid_t server = each->submit(::getppid).result();
    // Requests, its parent; of its worker the end and the lifeline.
    EXPECT_EQ(tests::open_descriptors(std::to_string(server)), 3 + 2 + 2);
  }
}

bool is_default(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

bool is_ignored(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

bool is_blocked(int signal) {
  sigset_t blocked;
  ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
  return ::sigismember(&blocked, signal) == 1;
}

void block(int how, int signal) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  ::sigprocmask(how, &set, nullptr);
}

TEST_F(ProcessPoolProcessesTest, TheyHandleNoSignalsAsTheirParentDoes) {
  for (const int signal : {SIGTERM, SIGUSR1}) ::signal(signal, [](int) {});
  for (const int signal : {SIGPIPE, SIGHUP}) ::signal(signal, SIG_IGN);
  block(SIG_BLOCK, SIGUSR2);
  ProcessPoolExecutor pool({.max_workers = 1});
  for (const int signal : {SIGTERM, SIGUSR1, SIGPIPE, SIGHUP}) {
    ::signal(signal, SIG_DFL);
  }
  EXPECT_TRUE(is_blocked(SIGUSR2));
  block(SIG_UNBLOCK, SIGUSR2);
  for (const int signal : {SIGTERM, SIGUSR1, SIGPIPE, SIGCHLD}) {
    EXPECT_TRUE(pool.submit(is_default, signal).result()) << signal;
  }
  EXPECT_TRUE(pool.submit(is_ignored, SIGHUP).result());
  EXPECT_TRUE(pool.submit(is_ignored, SIGINT).result());
  EXPECT_FALSE(pool.submit(is_blocked, SIGUSR2).result());
}

// A terminal sends it to the parent's children too.
TEST_F(ProcessPoolProcessesTest, AnInterruptIsTheirParentsBusiness) {
  ProcessPoolExecutor pool({.max_workers = 1});
  const pid_t process = pool.submit(::getpid).result();
  ::kill(pool.submit(::getppid).result(), SIGINT);
  ::kill(process, SIGINT);
  EXPECT_EQ(pool.submit(::getpid).result(), process);
}

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

TEST_F(ProcessPoolProcessesTest, TheyHaveNames) {
  ProcessPoolExecutor pool({.max_workers = 1});
  EXPECT_EQ(name_of(pool.submit(::getppid).result()), "fork_server");
  EXPECT_EQ(name_of(pool.submit(::getpid).result()), "pool_worker");
}

// ---- what they print

TEST_F(ProcessPoolProcessesTest, WhatIsPrintedIsPrintedOnce) {
  testing::internal::CaptureStdout();
  std::fputs("parent ", stdout);
  ProcessPoolExecutor pool({.max_workers = 1});
  const auto call = pool.submit([] { std::fputs("worker ", stdout); });
  call.result();
  const pid_t process =
      pool.submit([] { return std::cout << "stream ", ::getpid(); }).result();
  ::kill(process, SIGKILL);
  const auto throws = pool.submit([] {
    std::fputs("thrown", stdout);
    throw 1;
  });
  EXPECT_THROW(throws.result(), RemoteError);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "parent worker stream thrown");
}

const pid_t k_test_process = ::getpid();

void say_at_exit() {
  if (::getpid() != k_test_process) std::fputs(" and more", stdout);
}

struct SaysAtItsEnd {
  ~SaysAtItsEnd() { say_at_exit(); }
};

TEST_F(ProcessPoolProcessesTest, OneThatExitsLeavesTheRestToItsParent) {
  static const SaysAtItsEnd object;
  std::atexit(say_at_exit);
  testing::internal::CaptureStdout();
  {
    ProcessPoolExecutor pool({.max_workers = 1});
    const auto call = pool.submit([] {
      std::fputs("said", stdout);
      std::exit(0);
    });
    EXPECT_EQ(said_of(call), " It exited with status 0.");
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "said");
}

// ---- before there are threads

TEST_F(ProcessPoolProcessesTest, ItIsMadeBeforeThereAreThreads) {
  std::latch may_end(1);
  std::thread thread([&] { may_end.wait(); });
  EXPECT_EQ(message_of<RuntimeError>([] { return ProcessPoolExecutor(), 0; }),
            "cannot fork: there are 2 threads; make the process pool before "
            "the first of them starts");
  may_end.count_down();
  thread.join();
}

// The kernel may still have it for a moment.
TEST_F(ProcessPoolProcessesTest, AThreadThatHasBeenJoinedIsNone) {
  for (int i = 0; i < 1'000; ++i) {
    std::thread([] {}).join();
    ASSERT_EQ(count_threads(), 1);
  }
}

TEST_F(ProcessPoolProcessesTest, TwoMayBeMadeBeforeTheFirstCall) {
  ProcessPoolExecutor one({.max_workers = 1});
  ProcessPoolExecutor other({.max_workers = 1});
  EXPECT_EQ(one.submit(add, 1, 2).result(), 3);
  EXPECT_THROW(ProcessPoolExecutor(), RuntimeError);
  one.shutdown();
  EXPECT_EQ(other.submit(add, 1, 2).result(), 3);
  other.shutdown();
  const ProcessPoolExecutor third;
}

// ---- their parent ends, or has no more need of them

TEST_F(ProcessPoolProcessesTest, AfterItsEndThereAreNone) {
  const Notice notice;
  const Notice gate;
  std::vector<pid_t> processes;
  {
    ProcessPoolExecutor pool({.max_workers = 3});
    processes.push_back(pool.submit(::getppid).result());
    for (int i = 0; i < 3; ++i) {
      pool.submit(tell_and_be_told, notice.path(), gate.path());
      processes.push_back(notice.told());
    }
    for (int i = 0; i < 3; ++i) tell(gate.path(), 1);
  }
  for (const pid_t each : processes) EXPECT_TRUE(is_gone(each));
}

void tell_both_and_compute(const std::string& path) {
  tell(path, ::getppid());
  tell(path, ::getpid());
  for (std::atomic<int> n = 0;; ++n) {
  }
}

class ParentEndsTest : public ProcessPoolProcessesTest {
 protected:
  /// The test is the next of kin.
  ParentEndsTest() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~ParentEndsTest() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }

  /// In a process that has a pool, and a call that never ends.
  void end_parent_by(void (*end)(const std::string& path)) {
    const pid_t parent = net::checked(::fork(), "fork");
    if (parent == 0) be_parent(end);
    server_ = notice_.told();
    process_ = notice_.told();
    tell(gate_.path(), 1);
    EXPECT_EQ(::waitpid(parent, nullptr, 0), parent);
  }
  void expect_all_to_end() const {
    int status = -1;
    EXPECT_EQ(::waitpid(server_, &status, 0), server_);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(is_gone(process_));
  }

  const Notice notice_;

 private:
  void be_parent(void (*end)(const std::string& path)) const {
    ProcessPoolExecutor pool({.max_workers = 1});
    pool.submit(tell_both_and_compute, notice_.path());
    static_cast<void>(gate_.told());
    end(notice_.path());
  }

  const Notice gate_;
  pid_t server_ = 0;
  pid_t process_ = 0;
};

TEST_F(ParentEndsTest, KilledItTakesThemAlong) {
  end_parent_by([](const std::string&) { ::raise(SIGKILL); });
  expect_all_to_end();
}

TEST_F(ParentEndsTest, LeavingWithoutAWordItTakesThemAlong) {
  end_parent_by([](const std::string&) { ::_exit(0); });
  expect_all_to_end();
}

// A child of its own, say.
TEST_F(ParentEndsTest, ItTakesThemAlongEvenIfAnotherHasItsSockets) {
  end_parent_by([](const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) wait_for_a_signal();
    tell(path, child);
    ::raise(SIGKILL);
  });
  expect_all_to_end();
  const pid_t child = notice_.told();
  EXPECT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

// The same at the regular end.
TEST_F(ProcessPoolProcessesTest, ItEndsThemEvenIfAnotherHasItsSockets) {
  pid_t child = 0;
  {
    ProcessPoolExecutor pool({.max_workers = 1});
    pool.submit(add, 1, 2).result();
    child = ::fork();
    if (child == 0) wait_for_a_signal();
  }
  EXPECT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace asyncio
