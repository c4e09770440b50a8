// Ctrl-C: what runs is cancelled and cleans up, and the process ends as a shell
// expects.
#include "06_tasks_futures/asyncio/interrupts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::KilledBySignal;

bool is_default(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

Coroutine<> sleeps_and_cleans_up(Log& log) {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    log.emplace_back("cancelled");
    throw;
  }
}

Coroutine<int> interrupts_itself(Log& log) {
  log.emplace_back("begins");
  ::raise(SIGINT);
  co_await sleeps_and_cleans_up(log);
  co_return 1;
}

// test_asyncio_run: test_interrupt_call_soon and the like, of test_runners
TEST(Interrupts, CancelTheMainTaskAndComeOutAsKeyboardInterrupt) {
  Log log;
  EXPECT_EQ(thrown_by([&] { return run(interrupts_itself(log)); }),
            "KeyboardInterrupt");
  EXPECT_THAT(log, ElementsAre("begins", "cancelled"));
  EXPECT_TRUE(is_default(SIGINT));
}

Coroutine<int> leaves_another(Log& log) {
  create_task(sleeps_and_cleans_up(log));
  co_await sleep(0s);
  co_return co_await interrupts_itself(log);
}

TEST(Interrupts, WhatIsLeftOverCleansUpToo) {
  Log log;
  EXPECT_EQ(thrown_by([&] { return run(leaves_another(log)); }),
            "KeyboardInterrupt");
  EXPECT_THAT(log, ElementsAre("begins", "cancelled", "cancelled"));
}

Coroutine<int> does_not_mind() {
  ::raise(SIGINT);
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
  }
  co_return 7;
}

// test_signal_cancel_call_soon..: whoever catches the cancellation has his way.
TEST(Interrupts, WhoeverCatchesTheCancellationGoesOn) {
  EXPECT_EQ(run(does_not_mind()), 7);
}

Coroutine<> is_cancelled_twice() {
  ::raise(SIGINT);
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    current_task()->cancel();
    throw;
  }
}

// Who was cancelled by somebody else as well stays cancelled.
TEST(Interrupts, AreNotTheOnlyOnesToCancel) {
  EXPECT_EQ(thrown_by([&] {
              run(is_cancelled_twice());
              return 0;
            }),
            "CancelledError");
}

Coroutine<> takes_its_time(Log& log) {
  try {
    co_await sleep(1h);
  } catch (const CancelledError&) {
    log.emplace_back("cleans up");
  }
  ::raise(SIGINT);
  co_await sleep(1h);
}

Coroutine<> is_interrupted_while_it_cleans_up(Log& log) {
  ::raise(SIGINT);
  co_await takes_its_time(log);
}

TEST(Interrupts, TheSecondEndsTheRunAtOnce) {
  Log log;
  EXPECT_EQ(thrown_by([&] {
              run(is_interrupted_while_it_cleans_up(log));
              return 0;
            }),
            "KeyboardInterrupt");
  EXPECT_THAT(log, ElementsAre("cleans up"));
}

Coroutine<> leaves_one_that_takes_its_time(Log& log) {
  create_task(takes_its_time(log));
  co_await sleep(0s);
}

TEST(Interrupts, TheFirstEndsWhatMainHasLeftToCleanUp) {
  Log log;
  EXPECT_EQ(thrown_by([&] {
              run(leaves_one_that_takes_its_time(log));
              return 0;
            }),
            "KeyboardInterrupt");
  EXPECT_THAT(log, ElementsAre("cleans up"));
  EXPECT_TRUE(is_default(SIGINT));
}

// ---- who wants the signal

Coroutine<> has_its_own_handler(Log& log) {
  get_running_loop().add_signal_handler(SIGINT,
                                        [&] { log.emplace_back("mine"); });
  ::raise(SIGINT);
  co_await sleep(0s);
  co_await sleep(0s);
}

TEST(Interrupts, WhoeverHasAHandlerOfHisOwnGetsTheSignal) {
  Log log;
  run(has_its_own_handler(log));
  EXPECT_THAT(log, ElementsAre("mine"));
  EXPECT_TRUE(is_default(SIGINT));
}

Coroutine<> is_interrupted() {
  ::raise(SIGINT);
  co_await sleep(0s);
  co_await sleep(0s);
}

TEST(Interrupts, AnIgnoredSignalStaysIgnored) {
  ::signal(SIGINT, SIG_IGN);
  run(is_interrupted());
  ::signal(SIGINT, SIG_DFL);
}

TEST(Interrupts, OtherThreadsDoNotCare) {
  std::thread([] {
    run([]() -> Coroutine<> {
      EXPECT_TRUE(is_default(SIGINT));
      co_return;
    }());
  }).join();
}

// ---- the end of the process

/// As if nobody caught it: gtest would.
template <typename T>
void run_uncaught(Coroutine<T> main) noexcept {
  run(std::move(main));
}

Coroutine<> says_and_is_interrupted() {
  std::printf("written before");
  try {
    ::raise(SIGINT);
    co_await sleep(1h);
  } catch (const CancelledError&) {
    std::fputs("cleaned up\n", stderr);
    throw;
  }
}

TEST(InterruptsDeathTest, UncaughtTheyEndTheProcessByTheSignal) {
  EXPECT_EXIT(run_uncaught(says_and_is_interrupted()), KilledBySignal(SIGINT),
              "cleaned up\nKeyboardInterrupt\n");
}

Coroutine<> leaves_another_and_is_interrupted() {
  const auto cleans_up = []() -> Coroutine<> {
    try {
      co_await sleep(1h);
    } catch (const CancelledError&) {
      std::fputs("the other cleaned up\n", stderr);
      throw;
    }
  };
  create_task(cleans_up());
  co_await sleep(0s);
  ::raise(SIGINT);
  co_await sleep(1h);
}

TEST(InterruptsDeathTest, UncaughtTheyLetTheOthersCleanUp) {
  EXPECT_EXIT(run_uncaught(leaves_another_and_is_interrupted()),
              KilledBySignal(SIGINT),
              "the other cleaned up\nKeyboardInterrupt\n");
}

// Nothing of the loop ever runs again.
Coroutine<> computes_for_ever() {
  ::raise(SIGINT);
  ::raise(SIGINT);
  while (true) std::this_thread::sleep_for(1h);
  co_return;
}

TEST(InterruptsDeathTest, ALoopThatIsStuckIsEndedByTheSecond) {
  EXPECT_EXIT(run_uncaught(computes_for_ever()), KilledBySignal(SIGINT), "");
}

Coroutine<> fails() {
  throw ValueError("not an interrupt");
  co_return;
}

TEST(InterruptsDeathTest, OtherExceptionsEndItAsEver) {
  EXPECT_EXIT(run_uncaught(fails()), KilledBySignal(SIGABRT),
              "not an interrupt");
}

std::terminate_handler g_next = nullptr;

// Whoever hands on what he does not know gets to the one before.
TEST(InterruptsDeathTest, AnotherTerminateHandlerMayCallOurs) {
  const auto runs_twice = [] {
    run([]() -> Coroutine<> { co_return; }());
    g_next = std::set_terminate([] { g_next(); });
    run_uncaught(fails());
  };
  EXPECT_EXIT(runs_twice(), KilledBySignal(SIGABRT), "not an interrupt");
}

}  // namespace
}  // namespace asyncio
