// What the ring promises, asked of the kernel that is there.
#include "06_tasks_futures/asyncio/proactor/rings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <thread>
#include <vector>

#include "06_tasks_futures/asyncio/proactor/rings_test.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/open_descriptors.hpp"
#include "common/testing/pair.hpp"

namespace asyncio::uring {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::Pair;

using Clock = std::chrono::steady_clock;

TEST_F(RingsTest, ACompletionSaysWhoseItIsAndWhatCameOfIt) {
  const Pair pair;
  std::array<char, 4> bytes{};
  io_uring_sqe& request = add(IORING_OP_RECV, 42);
  request.fd = pair.fd();
  request.addr = reinterpret_cast<std::uintptr_t>(bytes.data());
  request.len = bytes.size();
  pair.write_from_there();
  const Completion completion = this->completion();
  EXPECT_EQ(completion.user_data, 42U);
  EXPECT_EQ(completion.result, 1);
  EXPECT_TRUE(completion.is_last());
  EXPECT_EQ(bytes[0], 'x');
}

TEST_F(RingsTest, WhatFailsHasTheErrorForItsResult) {
  add(IORING_OP_RECV, 1).fd = -1;
  EXPECT_EQ(completion().result, -EBADF);
}

TEST_F(RingsTest, OneEnterHandsOverAllRequestsAndWaits) {
  add_nothings(k_capacity);
  EXPECT_TRUE(rings().has_unsubmitted());
  rings().enter(std::nullopt);
  EXPECT_FALSE(rings().has_unsubmitted());
  EXPECT_EQ(take_completions(), k_capacity);
  EXPECT_EQ(rings().enters(), 1U);
}

TEST_F(RingsTest, RequestsThatFindNoRoomSendTheEarlierOnesAhead) {
  add_nothings(2 * k_capacity + 1);
  EXPECT_EQ(rings().enters(), 2U);
  rings().enter(std::nullopt);
  EXPECT_EQ(take_completions(), 2 * k_capacity + 1);
}

TEST_F(RingsTest, AWrongRequestDoesNotKeepThoseBehindIt) {
  add(255, 1);
  add(IORING_OP_NOP, 2);
  EXPECT_EQ(completion().result, -EINVAL);
  EXPECT_EQ(completion().user_data, 2U);
  EXPECT_EQ(rings().enters(), 1U);
}

TEST_F(RingsTest, MoreCompletionsThanThereIsRoomForComeLater) {
  add_nothings(3 * k_most_completions);
  rings().enter(0ns);
  EXPECT_EQ(take_completions(), k_most_completions);
  for (unsigned i = 0; i < 3 * k_most_completions; ++i) {
    EXPECT_EQ(completion().user_data, i);
  }
}

TEST_F(RingsTest, WhoIsVisitedMayEnterAndVisitOthers) {
  add_nothings(3);
  rings().enter(std::nullopt);
  std::vector<std::uint64_t> seen;
  const auto note = [&](const Completion& completion) {
    seen.push_back(completion.user_data);
  };
  rings().for_each_completion([&](const Completion& first) {
    note(first);
    add(IORING_OP_NOP, 10);
    rings().enter(std::nullopt);
    rings().for_each_completion(note);
  });
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 10));
}

TEST_F(RingsTest, ATimeoutIsNeverCutShort) {
  for (const auto timeout : {1'000ns, 1'234'567ns, 10'000'000ns}) {
    const auto begin = Clock::now();
    rings().enter(timeout);
    EXPECT_GE(Clock::now() - begin, timeout);
    EXPECT_EQ(take_completions(), 0U);
  }
}

TEST_F(RingsTest, ZeroDoesNotWait) {
  rings().enter(0ns);
  EXPECT_EQ(take_completions(), 0U);
}

TEST_F(RingsTest, WithoutATimeoutItWaitsForAsLongAsItTakes) {
  const Pair pair;
  io_uring_sqe& request = add(IORING_OP_POLL_ADD, 7);
  request.fd = pair.fd();
  request.poll32_events = POLLIN;
  rings().enter(20ms);
  EXPECT_EQ(take_completions(), 0U);
  const std::jthread other([&] { pair.write_from_there(); });
  EXPECT_EQ(completion().user_data, 7U);
}

TEST_F(RingsTest, ASignalEndsTheWait) {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, nullptr), 0);
  const itimerval soon{.it_interval = {.tv_sec = 0, .tv_usec = 10'000},
                       .it_value = {.tv_sec = 0, .tv_usec = 10'000}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &soon, nullptr), 0);
  rings().enter(std::nullopt);
  EXPECT_EQ(take_completions(), 0U);
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
}

TEST_F(RingsTest, BelongsToTheThreadThatEntersFirst) {
  std::jthread([&] { rings().enter(0ns); }).join();
  try {
    rings().enter(0ns);
    ADD_FAILURE() << "expected an error";
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "io_uring_enter: File exists");
  }
}

TEST_F(RingsTest, LeavesNothingOpen) {
  const auto before = tests::open_descriptors();
  {
    const Rings other(1);
  }
  EXPECT_EQ(tests::open_descriptors(), before);
}

TEST_F(RingsTest, WithoutDescriptorsItSaysSo) {
  const tests::NoDescriptors none;
  try {
    const Rings other(1);
    ADD_FAILURE() << "expected an error";
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "io_uring_setup: Too many open files");
  }
}

/// From here on this process's io_uring_setup(2) fails in that way: seccomp(2).
bool forbid_rings(unsigned error) {
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

[[noreturn]] void make_a_ring_where_that_fails(int error) {
  if (!forbid_rings(static_cast<unsigned>(error))) std::_Exit(0);
  try {
    const Rings ring;
  } catch (const std::system_error& refusal) {
    std::cerr << refusal.what() << std::endl;
  }
  std::_Exit(1);
}

TEST(RingDeathTest, SaysWhyThereCanBeNone) {
  using testing::ExitedWithCode;
  EXPECT_EXIT(make_a_ring_where_that_fails(ENOSYS), ExitedWithCode(1),
              "io_uring: this kernel has none: Function not implemented");
  EXPECT_EXIT(make_a_ring_where_that_fails(EPERM), ExitedWithCode(1),
              "io_uring: forbidden here, by a sandbox or by the setting "
              "kernel.io_uring_disabled: Operation not permitted");
  EXPECT_EXIT(make_a_ring_where_that_fails(EINVAL), ExitedWithCode(1),
              "io_uring: this kernel lacks deferred work .Linux 6.1.: "
              "Invalid argument");
}

}  // namespace
}  // namespace asyncio::uring
