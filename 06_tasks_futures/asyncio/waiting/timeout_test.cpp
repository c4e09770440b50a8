// To give a block of code only so much time. The names in comments are those of
// CPython's tests.
#include "06_tasks_futures/asyncio/waiting/timeout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/children_test.hpp"
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using tests::Counted;

class TimeoutTest : public ChildrenTest {
 protected:
  TimePoint after(Clock::duration delay) { return loop().time() + delay; }

  /// Sleeps, and writes down what ends it.
  Coroutine<> sleeps(Clock::duration delay) {
    try {
      co_await sleep(delay);
    } catch (...) {
      log_.push_back(named(std::current_exception()));
      throw;
    }
  }
};

// ---- the time is over

// test_timeout_basic, test_waiter_cancelled
TEST_F(TimeoutTest, InsideItIsACancelledErrorAndOutsideATimeoutError) {
  const auto main = [&]() -> Coroutine<> {
    Timeout limit(after(10ms));
    try {
      co_await limit.run([&](Timeout&) { return sleeps(10s); });
    } catch (const TimeoutError&) {
      log_.emplace_back("TimeoutError");
    }
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(current_task()->cancelling(), 0);
    co_await sleep(1s);  // no cancellation is left
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CancelledError", "TimeoutError"));
  EXPECT_EQ(passed(), 1010ms);
}

// test_timeout_at_basic
TEST_F(TimeoutTest, ItMayBeATimeOfTheLoopsClock) {
  const auto main = [&]() -> Coroutine<> {
    const TimePoint deadline = after(10ms);
    co_await timeout_at(deadline, [&](Timeout& limit) -> Coroutine<> {
      EXPECT_EQ(limit.when(), deadline);
      co_await sleep(10s);
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_EQ(passed(), 10ms);
}

// test_timeout_zero
TEST_F(TimeoutTest, OfNoTimeItIsOverInTheNextTurn) {
  const auto main = [&](TimeLimit limit) -> Coroutine<> {
    co_await timeout(limit, [&](Timeout& entered) -> Coroutine<> {
      EXPECT_LE(entered.when(), loop().time());
      co_await sleep(10s);
    });
  };
  for (const auto limit : {0s, -11s}) {
    const Task<> task = loop().create_task(main(limit));
    EXPECT_EQ(turns_until_done(task), 3);
    EXPECT_EQ(named(task.exception()), "TimeoutError");
  }
  EXPECT_EQ(passed(), 0s);
}

// test_timeout_zero_sleep_zero, test_timeout_in_the_past_sleep_zero
TEST_F(TimeoutTest, OfNoTimeNotEvenATurnIsLeft) {
  const auto main = [](TimeLimit limit) -> Coroutine<> {
    co_await timeout(limit,
                     [](Timeout&) -> Coroutine<> { co_await sleep(0s); });
  };
  for (const auto limit : {0s, -11s}) {
    const Task<> task = loop().create_task(main(limit));
    EXPECT_EQ(turns_until_done(task), 2);
    EXPECT_EQ(named(task.exception()), "TimeoutError");
  }
}

TEST_F(TimeoutTest, ABlockThatNeverWaitsIsNeverLate) {
  const auto main = []() -> Coroutine<int> {
    co_return co_await timeout(0s,
                               [](Timeout&) -> Coroutine<int> { co_return 1; });
  };
  EXPECT_EQ(run(main()), 1);
}

TEST_F(TimeoutTest, ABlockThatCatchesTheCancelledErrorHasItsWay) {
  const auto main = []() -> Coroutine<int> {
    const int result =
        co_await timeout(1s, [](Timeout&) { return swallows_cancel(); });
    EXPECT_EQ(current_task()->cancelling(), 0);
    co_await sleep(1s);
    co_return result;
  };
  EXPECT_EQ(run(main()), 42);
}

// ---- the time is not over

// test_timeout_not_called
TEST_F(TimeoutTest, ABlockThatEndsInTimeGivesItsResult) {
  const auto main = [&]() -> Coroutine<> {
    Timeout limit(after(10s));
    const int result =
        co_await limit.run([](Timeout&) { return sleep(10ms, 1); });
    EXPECT_EQ(result, 1);
    EXPECT_FALSE(limit.expired());
    EXPECT_GT(limit.when(), loop().time());
  };
  run(main());
  EXPECT_EQ(passed(), 10ms);
  EXPECT_TRUE(loop().timers().empty());
}

// test_timeout_disabled, test_timeout_at_disabled
TEST_F(TimeoutTest, WithoutATimeThereIsNoTimeout) {
  const auto block = [](Timeout& limit) -> Coroutine<> {
    co_await sleep(1000h);
    EXPECT_FALSE(limit.expired());
    EXPECT_EQ(limit.when(), std::nullopt);
  };
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(std::nullopt, block);
    co_await timeout_at(std::nullopt, block);
    Timeout limit(std::nullopt);
    co_await limit.run(block);
  };
  run(main());
  EXPECT_EQ(passed(), 3000h);
}

// test_foreign_exception_passed
TEST_F(TimeoutTest, OtherExceptionsPass) {
  const auto main = [&]() -> Coroutine<> {
    Timeout limit(after(10ms));
    try {
      co_await limit.run([](Timeout&) { return throws(CustomError{1}); });
    } catch (const CustomError&) {
      log_.emplace_back(limit.expired() ? "expired" : "not expired");
    }
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("not expired"));
  EXPECT_TRUE(loop().timers().empty());
}

// test_foreign_exception_on_timeout, test_foreign_exception_on_timeout_2
TEST_F(TimeoutTest, WhatIsThrownInsteadOfTheCancelledErrorPasses) {
  const auto crashes = []() -> Coroutine<> {
    try {
      co_await sleep(1s);
    } catch (const CancelledError&) {
      throw CustomError{1};
    }
  };
  const auto main = [&]() -> Coroutine<> {
    try {
      co_await timeout(10ms, [&](Timeout&) { return crashes(); });
    } catch (const CustomError&) {
      EXPECT_EQ(current_task()->cancelling(), 0);
      throw;
    }
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "CustomError: 1");
}

TEST_F(TimeoutTest, AKeyboardInterruptPasses) {
  const auto main = []() -> Coroutine<> {
    co_await timeout(1s, [](Timeout&) { return throws(KeyboardInterrupt()); });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "KeyboardInterrupt");
}

// ---- others cancel

// test_foreign_cancel_doesnt_timeout_if_not_expired
TEST_F(TimeoutTest, WhatOthersCancelIsNoTimeout) {
  const auto main = [&]() -> Coroutine<> {
    Timeout limit(after(10s));
    try {
      co_await limit.run([](Timeout&) -> Coroutine<> {
        current_task()->cancel("by myself");
        co_await sleep(10s);
      });
    } catch (const CancelledError& error) {
      EXPECT_FALSE(limit.expired());
      EXPECT_STREQ(error.what(), "by myself");
      throw;
    }
  };
  const Task<> task = loop().create_task(main());
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError: by myself");
  EXPECT_EQ(task.cancelling(), 1);
}

TEST_F(TimeoutTest, CancelledByOthersAndTooLateItIsCancelled) {
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(1s, [&](Timeout&) { return sleeps(10s); });
  };
  const Task<> task = loop().create_task(main());
  run_turns(1);
  loop().call_later(1s, [&] { task.cancel(); });  // in the turn of the timeout
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  EXPECT_EQ(task.cancelling(), 1);
}

// test_outer_task_is_not_cancelled
TEST_F(TimeoutTest, WhoCatchesTheTimeoutErrorIsNotCancelled) {
  const auto main = []() -> Coroutine<> {
    try {
      co_await timeout(1ms, [](Timeout&) { return sleep(10s); });
    } catch (const TimeoutError&) {
    }
  };
  const Task<> task = loop().create_task(main());
  run(task);
  EXPECT_FALSE(task.cancelled());
}

// test_timeout_after_cancellation
TEST_F(TimeoutTest, WhoHasBeenCancelledBeforeMayTimeOut) {
  const auto main = [&]() -> Coroutine<> {
    try {
      current_task()->cancel();
      co_await sleep(1s);
    } catch (const CancelledError&) {
    }
    try {
      co_await timeout(0s, [](Timeout&) { return sleep(1s); });
    } catch (...) {
      log_.push_back(named(std::current_exception()));
    }
    EXPECT_EQ(current_task()->cancelling(), 1);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("TimeoutError"));
}

// test_cancel_in_timeout_after_cancellation
TEST_F(TimeoutTest, WhoHasBeenCancelledBeforeMayBeCancelledAgain) {
  const auto main = [&]() -> Coroutine<> {
    try {
      current_task()->cancel();
      co_await sleep(1s);
    } catch (const CancelledError&) {
    }
    try {
      co_await timeout(1s, [](Timeout&) -> Coroutine<> {
        current_task()->cancel();
        co_await sleep(2s);
      });
    } catch (...) {
      log_.push_back(named(std::current_exception()));
    }
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CancelledError"));
  EXPECT_EQ(passed(), 0s);
}

// ---- one in another

// test_nested_timeouts
TEST_F(TimeoutTest, OfTwoForTheSameTimeOnlyTheOuterOneSpeaks) {
  const auto main = [&]() -> Coroutine<> {
    const TimePoint deadline = after(10ms);
    Timeout outer(deadline);
    Timeout inner(deadline);
    try {
      co_await outer.run([&](Timeout&) -> Coroutine<> {
        try {
          co_await inner.run([](Timeout&) { return sleep(10s); });
        } catch (...) {
          log_.push_back(named(std::current_exception()));
          throw;
        }
      });
    } catch (...) {
      log_.push_back(named(std::current_exception()));
    }
    EXPECT_TRUE(outer.expired());
    EXPECT_TRUE(inner.expired());
    EXPECT_EQ(current_task()->cancelling(), 0);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CancelledError", "TimeoutError"));
}

// test_nested_timeouts_concurrent
TEST_F(TimeoutTest, TheOuterOneMayBeTheShorter) {
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(2ms, [&](Timeout&) -> Coroutine<> {
      try {
        co_await timeout(100ms, [](Timeout&) { return sleep(1s); });
      } catch (...) {
        log_.push_back(named(std::current_exception()));
        throw;
      }
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_THAT(log_, ElementsAre("CancelledError"));
  EXPECT_EQ(passed(), 2ms);
}

// test_nested_timeouts_loop_busy
TEST_F(TimeoutTest, TheInnerOneMayBeTheShorterAndTheOuterOneStillCounts) {
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(100ms, [&](Timeout&) -> Coroutine<> {
      try {
        co_await timeout(10ms, [](Timeout&) { return sleep(1s); });
      } catch (const TimeoutError&) {
        log_.emplace_back("inner");
      }
      co_await sleep(10s);
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_THAT(log_, ElementsAre("inner"));
  EXPECT_EQ(passed(), 100ms);
}

// test_nested_timeout_in_finally
TEST_F(TimeoutTest, ACleanupMayHaveATimeoutOfItsOwn) {
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(10ms, [&](Timeout&) -> Coroutine<> {
      std::exception_ptr cancelled;
      try {
        co_await sleep(1s);
      } catch (const CancelledError&) {
        cancelled = std::current_exception();
      }
      try {
        co_await timeout(10ms, [](Timeout&) { return sleep(10s); });
      } catch (...) {
        log_.push_back(named(std::current_exception()));
      }
      std::rethrow_exception(cancelled);
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "TimeoutError");
  EXPECT_THAT(log_, ElementsAre("TimeoutError"));
  EXPECT_EQ(passed(), 20ms);
}

// test_timeout_taskgroup
TEST_F(TimeoutTest, WhatAGroupInItFailsWithPasses) {
  const auto crashes = []() -> Coroutine<> {
    try {
      co_await sleep(2s);
    } catch (const CancelledError&) {
      throw CustomError{1};
    }
  };
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(10ms, [&](Timeout&) -> Coroutine<> {
      co_await task_group([&](TaskGroup& group) -> Coroutine<> {
        group.create_task(crashes());
        co_await sleep(1s);
      });
    });
  };
  const Task<> task = loop().create_task(main());
  EXPECT_EQ(thrown_by([&] { run(task); }),
            "ExceptionGroup: unhandled errors in a TaskGroup (1 "
            "sub-exception)");
  EXPECT_EQ(task.cancelling(), 0);
}

// ---- another time

// test_reschedule
TEST_F(TimeoutTest, TheTimeMayBeChangedFromOutside) {
  const TimePoint first = after(10s);
  const TimePoint second = first + 20s;
  Timeout limit(first);
  const auto main = [&]() -> Coroutine<> {
    co_await limit.run([](Timeout&) { return sleep(50s); });
  };
  const Task<> task = loop().create_task(main());
  run_turns(1);
  EXPECT_EQ(limit.when(), first);
  in_loop([&] {
    limit.reschedule(second);
    EXPECT_EQ(limit.when(), second);
    limit.reschedule(std::nullopt);
    EXPECT_EQ(limit.when(), std::nullopt);
  });
  task.cancel();
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_FALSE(limit.expired());
}

TEST_F(TimeoutTest, TheNewTimeIsTheOneThatCounts) {
  const auto main = [&](Clock::duration first,
                        Clock::duration second) -> Coroutine<> {
    co_await timeout(first, [&](Timeout& limit) -> Coroutine<> {
      limit.reschedule(after(second));
      co_await sleep(50s);
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main(10s, 20s)); }), "TimeoutError");
  EXPECT_EQ(passed(), 20s);
  EXPECT_EQ(thrown_by([&] { run(main(20s, 5s)); }), "TimeoutError");
  EXPECT_EQ(passed(), 25s);
  EXPECT_EQ(thrown_by([&] { run(main(20s, -5s)); }), "TimeoutError");
  EXPECT_EQ(passed(), 25s);
}

TEST_F(TimeoutTest, ATimeThatHasPassedMayStillBeTakenBackInThatTurn) {
  const auto main = [&]() -> Coroutine<> {
    co_await timeout(0s, [&](Timeout& limit) -> Coroutine<> {
      limit.reschedule(after(1s));
      co_await sleep(500ms);
    });
  };
  run(main());
  EXPECT_EQ(passed(), 500ms);
}

// test_timeout_not_entered, test_timeout_finished, test_timeout_expiring,
// test_timeout_expired
TEST_F(TimeoutTest, OnlyInItsBlockTheTimeCanBeChanged) {
  const auto main = [&]() -> Coroutine<> {
    const auto changed = [&](Timeout& limit) {
      return thrown_by([&] { return limit.reschedule(after(1s)); });
    };
    Timeout limit(after(10ms));
    EXPECT_EQ(changed(limit), "RuntimeError: Timeout has not been entered");
    co_await limit.run([](Timeout&) { return sleep(1ms); });
    EXPECT_EQ(changed(limit),
              "RuntimeError: Cannot change state of finished Timeout");
    Timeout late(after(10ms));
    try {
      co_await late.run([&](Timeout&) -> Coroutine<> {
        try {
          co_await sleep(1s);
        } catch (const CancelledError&) {
          EXPECT_EQ(changed(late),
                    "RuntimeError: Cannot change state of expiring Timeout");
          throw;
        }
      });
    } catch (const TimeoutError&) {
    }
    EXPECT_EQ(changed(late),
              "RuntimeError: Cannot change state of expired Timeout");
  };
  run(main());
}

// test_timeout_already_entered, test_timeout_double_enter
TEST_F(TimeoutTest, ItCanBeEnteredOnce) {
  const auto main = [&]() -> Coroutine<> {
    const auto block = [](Timeout&) { return sleep(1ms); };
    const auto fails = [&](Timeout& limit) -> Coroutine<> {
      try {
        co_await limit.run(block);
      } catch (...) {
        log_.push_back(named(std::current_exception()));
      }
    };
    Timeout limit(after(1s));
    co_await limit.run([&](Timeout&) { return fails(limit); });
    co_await fails(limit);
  };
  run(main());
  const std::string error = "RuntimeError: Timeout has already been entered";
  EXPECT_THAT(log_, ElementsAre(error, error));
}

// test_timeout_without_task
TEST_F(TimeoutTest, ItNeedsATaskAndALoop) {
  Timeout limit(after(1s));
  loop().call_soon(
      [&] { log_.push_back(thrown_by([&] { return limit.enter(); })); });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("RuntimeError: Timeout should be used inside a "
                                "task"));
  EXPECT_EQ(thrown_by([&] { return limit.reschedule(after(1s)); }),
            "RuntimeError: Timeout has not been entered");
  EXPECT_EQ(thrown_by([] {
              return timeout(1s, [](Timeout&) { return returns(1); });
            }),
            "RuntimeError: no running event loop");
}

// ---- what blocks may be, and give

TEST_F(TimeoutTest, ABlockMayGiveWhateverCanBeAwaited) {
  const auto main = []() -> Coroutine<> {
    const Task<int> task = create_task(sleep(1s, 1));
    const int result = co_await timeout(2s, [&](Timeout&) { return task; });
    EXPECT_EQ(result, 1);
    co_await timeout(2s, [](Timeout&) { return sleep(1s); });
  };
  run(main());
}

TEST_F(TimeoutTest, ResultsMayBeMoveOnlyOrReferences) {
  int value = 0;
  const auto main = [&]() -> Coroutine<> {
    const auto made =
        co_await timeout(1s, [](Timeout&) -> Coroutine<std::unique_ptr<int>> {
          co_return std::make_unique<int>(1);
        });
    EXPECT_THAT(made, Pointee(1));
    int& referred = co_await timeout(
        1s, [&](Timeout&) -> Coroutine<int&> { co_return value; });
    EXPECT_EQ(&referred, &value);
    const Counted counted = co_await timeout(
        1s, [](Timeout&) -> Coroutine<Counted> { co_return Counted(); });
  };
  run(main());
  EXPECT_EQ(Counted::copies, 0);
}

TEST_F(TimeoutTest, ANamedBlockMayOwnThings) {
  const auto main = [&]() -> Coroutine<> {
    const auto block = [this, text = std::string("a long, long, long string"),
                        counted = Counted()](Timeout&) -> Coroutine<> {
      co_await sleep(1s);
      log_.push_back(text);
    };
    co_await timeout(2s, block);
    EXPECT_EQ(Counted::copies, 0);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("a long, long, long string"));
}

TEST_F(TimeoutTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const auto main = [](TimeLimit limit) -> Coroutine<> {
    const Counted counted;
    co_await timeout(limit, [&](Timeout&) { return holds(1h); });
  };
  loop().create_task(main(1h));
  loop().create_task(main(std::nullopt));
  run_turns(1);
  loop().create_task(main(0s));  // its callback is scheduled
  run_turns(1);
  EXPECT_EQ(Counted::alive, 6);
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace asyncio
