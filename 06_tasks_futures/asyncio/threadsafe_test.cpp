// What other threads may do with a loop: call_soon_threadsafe, from as many
// threads as there are, while the loop sleeps, works or closes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

class ThreadsafeTest : public LoopTest {
 protected:
  ThreadsafeTest() : LoopTest(new_loop()) {}
};

void in_another_thread(std::function<void()> function) {
  std::thread(std::move(function)).join();
}

// test_call_soon_threadsafe
TEST_F(ThreadsafeTest, WakesALoopThatSleeps) {
  const std::thread::id here = std::this_thread::get_id();
  std::thread other([&] {
    loop().call_soon_threadsafe([&] {
      EXPECT_EQ(std::this_thread::get_id(), here);
      loop().stop();
    });
  });
  loop().run_forever();
  other.join();
}

TEST_F(ThreadsafeTest, WakesALoopThatSleepsUntilATimer) {
  loop().call_later(Clock::duration::max(), note("timer"));
  std::thread other(
      [&] { loop().call_soon_threadsafe([&] { loop().stop(); }); });
  loop().run_forever();
  other.join();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(ThreadsafeTest, WakesALoopInVirtualTimeThatHasNoTimer) {
  EventLoop loop(virtual_time);
  std::thread other([&] { loop.call_soon_threadsafe([&] { loop.stop(); }); });
  loop.run_forever();
  other.join();
  EXPECT_EQ(loop.time(), TimePoint());
}

// test_call_soon_threadsafe_same_thread
TEST_F(ThreadsafeTest, KeepsTheOrderWithCallSoon) {
  loop().call_soon_threadsafe(note("threadsafe"));
  loop().call_soon(note("soon"));
  loop().call_soon_threadsafe(note("threadsafe again"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("threadsafe", "soon", "threadsafe again"));
}

TEST_F(ThreadsafeTest, KeepsTheOrderOfWhatOtherThreadsCalledBefore) {
  in_another_thread([this] { loop().call_soon_threadsafe(note("first")); });
  loop().call_soon(note("second"));
  in_another_thread([this] { loop().call_soon_threadsafe(note("third")); });
  loop().call_soon([this] {
    in_another_thread([this] { loop().call_soon_threadsafe(note("next 1")); });
    loop().call_soon_threadsafe(note("next 2"));
  });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first", "second", "third"));
  run_turns(1);
  EXPECT_THAT(log_,
              ElementsAre("first", "second", "third", "next 1", "next 2"));
}

Coroutine<> notes(Log& log) {
  log.emplace_back("task");
  co_return;
}

TEST_F(ThreadsafeTest, KeepsTheOrderWithTasks) {
  loop().call_soon_threadsafe(note("threadsafe"));
  loop().create_task(notes(log_));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("threadsafe", "task"));
}

TEST_F(ThreadsafeTest, InsideOfARunItIsOfTheNextTurn) {
  loop().call_soon([this] {
    loop().call_soon_threadsafe(note("next turn"));
    log_.emplace_back("this turn");
  });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("this turn"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("this turn", "next turn"));
}

TEST_F(ThreadsafeTest, WhatItThrowsIsReported) {
  collect_reports();
  in_another_thread([this] {
    loop().call_soon_threadsafe([] { throw std::runtime_error("no"); });
  });
  run_turns(1);
  EXPECT_THAT(reports_, ElementsAre("Exception in callback: no"));
}

TEST_F(ThreadsafeTest, CarriesWhatCanOnlyBeMoved) {
  in_another_thread([this] {
    loop().call_soon_threadsafe(
        [this, text = std::make_unique<std::string>("moved")] {
          log_.push_back(*text);
        });
  });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("moved"));
}

TEST_F(ThreadsafeTest, MaySetAFutureThatATaskAwaits) {
  struct Awaits {
    static Coroutine<int> one(Future<int> future) { co_return co_await future; }
  };
  const auto future = loop().create_future<int>();
  std::optional<std::thread> other;
  loop().call_soon([&] {
    other.emplace(
        [&] { loop().call_soon_threadsafe([&] { future.set_result(42); }); });
  });
  EXPECT_EQ(loop().run_until_complete(Awaits::one(future)), 42);
  other->join();
}

// ---- many threads

TEST_F(ThreadsafeTest, ManyThreadsLoseNothingAndKeepTheirOrders) {
  constexpr int k_threads = 8;
  constexpr int k_calls = 2'000;
  std::vector<int> next(k_threads);
  int left = k_threads * k_calls;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < k_threads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int call = 0; call < k_calls; ++call) {
        loop().call_soon_threadsafe([&, thread, call] {
          EXPECT_EQ(next[thread]++, call);
          if (--left == 0) loop().stop();
        });
      }
    });
  }
  loop().run_forever();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(next, Each(k_calls));
}

// Each waits for the other: one lost wake-up, and both sleep for ever.
TEST_F(ThreadsafeTest, TwoLoopsPlayPingPongAndLoseNoWakeUp) {
  EventLoop other_loop;
  int left = 5'000;
  std::function<void()> ping;
  std::function<void()> pong = [&] { loop().call_soon_threadsafe(ping); };
  ping = [&] {
    if (--left > 0) return other_loop.call_soon_threadsafe(pong);
    other_loop.call_soon_threadsafe([&] { other_loop.stop(); });
    loop().stop();
  };
  std::thread other([&] { other_loop.run_forever(); });
  loop().call_soon(ping);
  loop().run_forever();
  other.join();
  EXPECT_EQ(left, 0);
}

Coroutine<> counts(int& count) {
  for (int i = 0; i < 1'000; ++i) {
    co_await sleep(0s);
    ++count;
  }
}

TEST_F(ThreadsafeTest, EachThreadMayRunItsOwnLoop) {
  std::vector<int> counted(4);
  std::vector<std::thread> threads;
  for (int& count : counted) {
    threads.emplace_back([&count] {
      EventLoop loop(virtual_time);
      for (int i = 0; i < 4; ++i) loop.create_task(counts(count));
      loop.run_until_complete(counts(count));
      loop.stop();
      loop.run_forever();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(counted, Each(5'000));
}

TEST_F(ThreadsafeTest, ALoopMayBeRunInAnotherThreadThanItWasMadeIn) {
  loop().call_soon(note("ran"));
  in_another_thread([this] { run_turns(1); });
  EXPECT_THAT(log_, ElementsAre("ran"));
}

// ---- closing

TEST_F(ThreadsafeTest, AClosedLoopRefuses) {
  loop().close();
  in_another_thread([this] {
    EXPECT_THROW(loop().call_soon_threadsafe([] {}), RuntimeError);
  });
}

TEST_F(ThreadsafeTest, WhatWasTakenIsDroppedWhenTheLoopCloses) {
  const auto shared = std::make_shared<int>(1);
  in_another_thread(
      [&] { loop().call_soon_threadsafe([this, shared] { note("ran")(); }); });
  EXPECT_EQ(shared.use_count(), 2);
  loop().close();
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_THAT(log_, IsEmpty());
}

// Whatever the moment: it is taken, or refused, and dies once.
TEST_F(ThreadsafeTest, ALoopMayCloseWhileOthersCall) {
  const auto shared = std::make_shared<int>(1);
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      try {
        while (true) {
          loop().call_soon_threadsafe([shared] {});
          ++taken;
        }
      } catch (const RuntimeError&) {
      }
    });
  }
  while (taken < 1'000) run_turns(1);
  loop().close();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.use_count(), 1);
}

}  // namespace
}  // namespace asyncio
