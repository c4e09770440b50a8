// Signals as callbacks of the loop, and what happens to them before and after.
#include "06_tasks_futures/asyncio/signals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Counted;

using Handler = void (*)(int);

Handler handler_of(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

void ignore(int /*signal*/) {}

/// Blocks the tests' signals in this thread, or lets them through.
void block(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  ::pthread_sigmask(how, &set, nullptr);
}

class SignalsTest : public LoopTest {
 protected:
  void TearDown() override {
    LoopTest::TearDown();
    EXPECT_EQ(handler_of(SIGUSR1), SIG_DFL);
    EXPECT_EQ(handler_of(SIGUSR2), SIG_DFL);
  }
};

// ---- callbacks

TEST_F(SignalsTest, ASignalIsACallbackOfTheLoop) {
  loop().add_signal_handler(SIGUSR1, note("signal"));
  loop().call_soon([this] {
    ::raise(SIGUSR1);
    log_.emplace_back("raised");
  });
  loop().call_soon(note("of this turn"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("raised", "of this turn"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("raised", "of this turn", "signal"));
  run_turns(2);
  EXPECT_EQ(log_.size(), 3U);
}

TEST_F(SignalsTest, ASignalThatCameBeforeTheRunIsCalledInIt) {
  loop().add_signal_handler(SIGUSR1, note("signal"));
  ::raise(SIGUSR1);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("signal"));
}

TEST_F(SignalsTest, ASignalThatCameTwiceIsCalledTwice) {
  loop().add_signal_handler(SIGUSR1, note("signal"));
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("signal", "signal"));
  run_turns(1);
  EXPECT_EQ(log_.size(), 2U);
}

TEST_F(SignalsTest, EachSignalHasItsOwnCallback) {
  loop().add_signal_handler(SIGUSR1, note("1"));
  loop().add_signal_handler(SIGUSR2, note("2"));
  ::raise(SIGUSR2);
  run_turns(1);
  ::raise(SIGUSR1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("2", "1"));
}

TEST(Signals, ASignalWakesALoopThatSleeps) {
  EventLoop loop;
  bool has_come = false;
  loop.add_signal_handler(SIGUSR1, [&] {
    has_come = true;
    loop.stop();
  });
  std::atomic<bool> is_to_sleep = false;
  loop.call_soon([&] {
    is_to_sleep = true;
    is_to_sleep.notify_one();
  });
  // Blocked here, the signal finds the other thread, and its handler the loop.
  std::thread other([&] {
    is_to_sleep.wait(false);
    ::kill(::getpid(), SIGUSR1);
  });
  block(SIG_BLOCK);
  loop.run_forever();
  block(SIG_UNBLOCK);
  other.join();
  EXPECT_TRUE(has_come);
}

/// Sends a signal each time that the one before was seen.
class Sender {
 public:
  Sender(EventLoop& loop, int signal) : loop_(loop), signal_(signal) {
    loop.add_signal_handler(signal, [this] {
      ++seen_;
      seen_.notify_one();
    });
  }

  void send_many(const std::function<void()>& and_then) {
    for (int sent = 0; sent < 1'000; ++sent) {
      ::raise(signal_);  // to this thread: the other may have ended
      seen_.wait(sent);
    }
    loop_.call_soon_threadsafe(and_then);
  }

 private:
  EventLoop& loop_;
  int signal_;
  std::atomic<int> seen_ = 0;
};

// If one wake-up is lost, all wait for ever. The handlers run in the senders:
// in the loop's thread they would interrupt its wait.
TEST(Signals, NoWakeUpIsLost) {
  EventLoop loop;
  Sender first(loop, SIGUSR1);
  Sender second(loop, SIGUSR2);
  int left = 2;
  const auto count_down = [&] {
    if (--left == 0) loop.stop();
  };
  std::thread one([&] { first.send_many(count_down); });
  std::thread two([&] { second.send_many(count_down); });
  block(SIG_BLOCK);
  loop.run_forever();
  block(SIG_UNBLOCK);
  one.join();
  two.join();
  EXPECT_EQ(left, 0);
}

TEST_F(SignalsTest, ASecondCallbackReplacesTheFirst) {
  loop().add_signal_handler(SIGUSR1, note("first"));
  loop().add_signal_handler(SIGUSR1, note("second"));
  ::raise(SIGUSR1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("second"));
}

// The signal came: somebody has to be told.
TEST_F(SignalsTest, ASecondCallbackIsCalledForWhatTheFirstWasToBe) {
  loop().add_signal_handler(SIGUSR1, note("first"));
  loop().call_soon(
      [this] { loop().add_signal_handler(SIGUSR1, note("second")); });
  ::raise(SIGUSR1);
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("second"));
}

TEST_F(SignalsTest, ACallbackMayRemoveOrReplaceItself) {
  loop().add_signal_handler(SIGUSR1, [this, counted = Counted()] {
    EXPECT_TRUE(loop().remove_signal_handler(SIGUSR1));
    loop().add_signal_handler(SIGUSR1, note("second"));
    EXPECT_EQ(Counted::alive, 1);
    log_.emplace_back("first");
  });
  ::raise(SIGUSR1);
  run_turns(1);
  ::raise(SIGUSR1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first", "second"));
}

TEST_F(SignalsTest, WhatACallbackThrowsIsReported) {
  collect_reports();
  loop().add_signal_handler(SIGUSR1, [] { throw std::runtime_error("no"); });
  ::raise(SIGUSR1);
  run_turns(1);
  EXPECT_THAT(reports_, ElementsAre("Exception in callback: no"));
}

TEST_F(SignalsTest, ACallbackMayInterruptTheRunAndLosesNoSignal) {
  loop().add_signal_handler(SIGUSR1, [] { throw KeyboardInterrupt(); });
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  EXPECT_THROW(run_turns(1), KeyboardInterrupt);
  run_turns(1);
}

Coroutine<> waits_forever(Log& log) {
  try {
    co_await get_running_loop().create_future();
  } catch (const CancelledError&) {
    log.emplace_back("cancelled");
  }
}

TEST_F(SignalsTest, ACallbackMayCancelTasks) {
  const Task<> task = loop().create_task(waits_forever(log_));
  loop().add_signal_handler(SIGUSR1, [&] { task.cancel(); });
  loop().call_soon([] { ::raise(SIGUSR1); });
  run(task);
  EXPECT_THAT(log_, ElementsAre("cancelled"));
}

// ---- removal

TEST_F(SignalsTest, ToRemoveGivesTrueThenFalse) {
  EXPECT_FALSE(loop().remove_signal_handler(SIGUSR1));
  loop().add_signal_handler(SIGUSR1, [counted = Counted()] {});
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_TRUE(loop().remove_signal_handler(SIGUSR1));
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(loop().remove_signal_handler(SIGUSR1));
}

TEST_F(SignalsTest, OneThatIsRemovedInItsTurnIsNotCalled) {
  loop().add_signal_handler(SIGUSR1, note("signal"));
  loop().call_soon([this] { loop().remove_signal_handler(SIGUSR1); });
  ::raise(SIGUSR1);
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(SignalsTest, WhatHappenedBeforeIsPutBack) {
  ASSERT_NE(::signal(SIGUSR1, ignore), SIG_ERR);
  loop().add_signal_handler(SIGUSR1, note("first"));
  loop().add_signal_handler(SIGUSR1, note("second"));
  EXPECT_NE(handler_of(SIGUSR1), ignore);
  loop().remove_signal_handler(SIGUSR1);
  EXPECT_EQ(handler_of(SIGUSR1), ignore);

  loop().add_signal_handler(SIGUSR1, note("again"));
  loop().close();
  EXPECT_EQ(handler_of(SIGUSR1), ignore);
  ASSERT_EQ(::signal(SIGUSR1, SIG_DFL), ignore);
}

TEST_F(SignalsTest, CallbacksDieWithTheirLoop) {
  loop().add_signal_handler(SIGUSR1, [counted = Counted()] {});
  loop().add_signal_handler(SIGUSR2, [counted = Counted()] {});
  ::raise(SIGUSR1);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(SignalsTest, WhatCameForOneLoopIsNotToldToTheNext) {
  loop().add_signal_handler(SIGUSR1, note("first loop"));
  ::raise(SIGUSR1);
  loop().close();
  EventLoop next(virtual_time);
  next.add_signal_handler(SIGUSR1, note("next loop"));
  next.stop();
  next.run_forever();
  EXPECT_THAT(log_, IsEmpty());
}

// ---- errors

TEST_F(SignalsTest, WhatIsNoSignalIsRefused) {
  for (const int signal : {0, -1, NSIG, 100'000}) {
    EXPECT_EQ(message_of<ValueError>([&] {
                loop().add_signal_handler(signal, [] {});
                return 0;
              }),
              "invalid signal number " + std::to_string(signal));
    EXPECT_THROW(loop().remove_signal_handler(signal), ValueError);
  }
}

TEST_F(SignalsTest, WhatCannotBeCaughtIsRefused) {
  for (const int signal : {SIGKILL, SIGSTOP}) {
    EXPECT_EQ(message_of<RuntimeError>([&] {
                loop().add_signal_handler(signal, [] {});
                return 0;
              }),
              "sig " + std::to_string(signal) + " cannot be caught");
    EXPECT_FALSE(loop().remove_signal_handler(signal));
  }
}

TEST_F(SignalsTest, BelongsToOneLoopAtATime) {
  EventLoop other(virtual_time);
  loop().add_signal_handler(SIGUSR1, note("first"));
  EXPECT_EQ(
      message_of<RuntimeError>([&] {
        other.add_signal_handler(SIGUSR1, note("second"));
        return 0;
      }),
      "sig " + std::to_string(SIGUSR1) + " is handled by another event loop");
  EXPECT_FALSE(other.remove_signal_handler(SIGUSR1));
  ::raise(SIGUSR1);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first"));
  loop().remove_signal_handler(SIGUSR1);
  other.add_signal_handler(SIGUSR1, note("second"));
  ::raise(SIGUSR1);
  other.stop();
  other.run_forever();
  EXPECT_THAT(log_, ElementsAre("first", "second"));
}

TEST_F(SignalsTest, ASystemCallGoesOnAfterASignal) {
  struct sigaction action{};
  loop().add_signal_handler(SIGUSR1, [] {});
  ::sigaction(SIGUSR1, nullptr, &action);
  EXPECT_TRUE(action.sa_flags & SA_RESTART);
}

// The child has the wake-up descriptor too: it must not do harm with it.
TEST_F(SignalsTest, ASignalThatComesToAForkedChildIsNotToldToTheParent) {
  loop().add_signal_handler(SIGUSR1, note("signal"));
  const pid_t child = ::fork();
  if (child == 0) {
    ::raise(SIGUSR1);
    ::_exit(0);
  }
  ASSERT_GT(child, 0);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace asyncio
