// Tasks that none outlives. The names in comments are those of CPython's tests.
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/children_test.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pointee;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using tests::Counted;

/// What a group of `exceptions` consists of.
Log parts_of(const ExceptionGroup& group) {
  Log parts;
  for (const std::exception_ptr& exception : group.exceptions()) {
    parts.push_back(named(exception));
  }
  return parts;
}

/// What `call` throws: the parts, if it is an ExceptionGroup.
template <typename Call>
Log parts_thrown_by(Call call) {
  try {
    call();
  } catch (const ExceptionGroup& group) {
    return parts_of(group);
  } catch (...) {
    return {"only " + named(std::current_exception())};
  }
  return {"nothing"};
}

const std::string k_group_of_one =
    "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)";

class TaskGroupTest : public ChildrenTest {
 protected:
  /// Sleeps, and writes down if it is cancelled.
  Coroutine<> sleeps(Clock::duration delay) {
    try {
      co_await sleep(delay);
    } catch (const CancelledError&) {
      log_.emplace_back("cancelled");
      throw;
    }
    log_.emplace_back("slept");
  }

  /// Throws when it is cancelled.
  template <typename Error>
  Coroutine<> crashes_in_cleanup(Error error) {
    try {
      co_await sleep(10s);
    } catch (const CancelledError&) {
      throw error;
    }
  }

  /// Takes half a second to be cancelled.
  static Coroutine<> dies_slowly() {
    std::exception_ptr cancelled;
    try {
      co_await sleep(10s);
    } catch (const CancelledError&) {
      cancelled = std::current_exception();
    }
    co_await sleep(500ms);
    std::rethrow_exception(cancelled);
  }

  /// Starts `main`, cancels it after 100 ms, and gives what it throws.
  Log cancelled_after_100ms(Coroutine<> main) {
    const Task<> task = start(std::move(main));
    const auto cancels = [&]() -> Coroutine<> {
      co_await sleep(100ms);
      EXPECT_FALSE(task.done());
      task.cancel();
      co_await task;
    };
    return parts_thrown_by([&] { run(cancels()); });
  }
};

// ---- all goes well

// test_taskgroup_01
TEST_F(TaskGroupTest, TheEndOfTheBlockWaitsForAllTasks) {
  const auto main = [&]() -> Coroutine<> {
    std::optional<Task<int>> t1;
    std::optional<Task<int>> t2;
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      t1 = group.create_task(sleep(100ms, 42));
      t2 = group.create_task(sleep(200ms, 11));
      co_return;
    });
    EXPECT_EQ(t1->result(), 42);
    EXPECT_EQ(t2->result(), 11);
  };
  run(main());
  EXPECT_EQ(passed(), 200ms);
}

// test_taskgroup_02
TEST_F(TaskGroupTest, TheBlockMayWaitBetweenTasks) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(sleeps(100ms));
      co_await sleep(150ms);
      group.create_task(sleeps(200ms));
    });
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("slept", "slept"));
  EXPECT_EQ(passed(), 350ms);
}

TEST_F(TaskGroupTest, GivesWhatTheBlockReturns) {
  int value = 0;
  const auto main = [&]() -> Coroutine<> {
    const int number = co_await task_group([](TaskGroup& group) {
      group.create_task(sleep(1s));
      return returns(1);
    });
    EXPECT_EQ(number, 1);
    EXPECT_EQ(passed(), 1s);
    const auto made =
        co_await task_group([](TaskGroup&) -> Coroutine<std::unique_ptr<int>> {
          co_return std::make_unique<int>(1);
        });
    EXPECT_THAT(made, Pointee(1));
    int& referred = co_await task_group(
        [&](TaskGroup&) -> Coroutine<int&> { co_return value; });
    EXPECT_EQ(&referred, &value);
  };
  run(main());
}

TEST_F(TaskGroupTest, WithoutTasksItTakesNoTurn) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup&) -> Coroutine<> { co_return; });
  };
  EXPECT_EQ(turns_until_done(start(main())), 1);
}

TEST_F(TaskGroupTest, WithATaskItTakesThreeTurns) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup& group) -> Coroutine<> {
      group.create_task(returns(1));
      co_return;
    });
  };
  EXPECT_EQ(turns_until_done(start(main())), 4);
}

// test_taskgroup_03
TEST_F(TaskGroupTest, ATaskThatIsCancelledIsNoFailure) {
  const auto main = [&]() -> Coroutine<> {
    std::optional<Task<int>> t1;
    std::optional<Task<int>> t2;
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      t1 = group.create_task(sleep(1s, 42));
      co_await sleep(150ms);
      t1->cancel();
      t2 = group.create_task(sleep(200ms, 11));
    });
    EXPECT_TRUE(t1->cancelled());
    EXPECT_EQ(t2->result(), 11);
  };
  run(main());
}

// test_taskgroup_23
TEST_F(TaskGroupTest, TasksMayComeAndGo) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      for (int i = 0; i < 10; ++i) {
        co_await sleep(100ms);
        group.create_task(holds(300ms));
        if (i == 5) {
          EXPECT_LT(Counted::alive, 5);
        }
      }
      co_await sleep(1350ms);
      EXPECT_EQ(Counted::alive, 0);
    });
  };
  run(main());
  EXPECT_EQ(passed(), 2350ms);
}

// test_taskgroup_24
TEST_F(TaskGroupTest, ATaskMayAddTasksWhileTheEndWaits) {
  const auto root = [&](TaskGroup& group) -> Coroutine<> {
    co_await sleep(100ms);
    group.create_task(sleeps(100ms));
    group.create_task(sleeps(200ms));
  };
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(root(group));
      co_return;
    });
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("slept", "slept"));
  EXPECT_EQ(passed(), 300ms);
}

// test_taskgroup_task_name
TEST_F(TaskGroupTest, TasksMayHaveNames) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup& group) -> Coroutine<> {
      EXPECT_EQ(group.create_task(returns(1), "yolo").get_name(), "yolo");
      EXPECT_EQ(group.create_task(sleep(0s), "bare").get_name(), "bare");
      EXPECT_THAT(group.create_task(returns(1)).get_name(),
                  StartsWith("Task-"));
      co_return;
    });
  };
  run(main());
}

// ---- a task fails

// test_taskgroup_04
TEST_F(TaskGroupTest, IfATaskFailsTheOthersAreCancelled) {
  std::optional<Task<>> other;
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(100ms, CustomError{1}));
      other = group.create_task(sleeps(1s));
      co_return;
    });
    log_.emplace_back("after");
  };
  const Task<> task = start(main());
  EXPECT_THAT(parts_thrown_by([&] { run(task); }),
              ElementsAre("CustomError: 1"));
  EXPECT_THAT(log_, ElementsAre("cancelled"));
  EXPECT_TRUE(other->cancelled());
  EXPECT_EQ(task.cancelling(), 0);
  EXPECT_EQ(passed(), 100ms);
}

// test_cancel_children_on_child_error
TEST_F(TaskGroupTest, IfTasksFailTheBlockIsCancelledToo) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      for (const int i : {1, 2, 3}) {
        group.create_task(throws_after(100ms, CustomError{i}));
      }
      group.create_task(sleeps(5s));
      try {
        co_await sleep(10s);
      } catch (const CancelledError&) {
        log_.emplace_back("block cancelled");
        throw;
      }
    });
    log_.emplace_back("after");
  };
  // The first failure finds the others ended.
  EXPECT_THAT(
      parts_thrown_by([&] { run(main()); }),
      ElementsAre("CustomError: 1", "CustomError: 2", "CustomError: 3"));
  EXPECT_THAT(log_, UnorderedElementsAre("cancelled", "block cancelled"));
  EXPECT_EQ(passed(), 100ms);
}

TEST_F(TaskGroupTest, TheGroupSaysHowManyHaveFailed) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws(CustomError{1}));
      group.create_task(throws(ValueError("two")));
      co_return;
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }),
            "ExceptionGroup: unhandled errors in a TaskGroup (2 "
            "sub-exceptions)");
  try {
    run(main());
  } catch (const ExceptionGroup& group) {
    EXPECT_EQ(group.message(), "unhandled errors in a TaskGroup");
    const ExceptionGroup& copy = group;
    EXPECT_THAT(parts_of(ExceptionGroup(copy)),
                ElementsAre("CustomError: 1", "ValueError: two"));
  }
  EXPECT_EQ(thrown_by([] { return ExceptionGroup("none", {}); }),
            "ValueError: a group of no exceptions");
}

// test_taskgroup_19, test_taskgroup_20a
TEST_F(TaskGroupTest, WhatTheBlockThrowsWhenItIsCancelledComesLast) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(100ms, CustomError{1}));
      co_await crashes_in_cleanup(ValueError("mine"));
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre("CustomError: 1", "ValueError: mine"));
}

// test_taskgroup_21a
TEST_F(TaskGroupTest, WhatIsThrownMayBeNoStdException) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(100ms, GeneratorExit()));
      co_await crashes_in_cleanup(7);
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre("another", "another"));
}

// test_taskgroup_25
TEST_F(TaskGroupTest, TasksThatGrowFasterThanTheyEndEndToo) {
  int heads = 0;
  const auto hydra = [&](const auto& self, TaskGroup& group) -> Coroutine<> {
    ++heads;
    co_await sleep(10ms);
    group.create_task(self(self, group));
    group.create_task(self(self, group));
  };
  const auto hercules = [&]() -> Coroutine<> {
    while (heads < 10) co_await sleep(15ms);
    throw CustomError{10};
  };
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(hydra(hydra, group));
      group.create_task(hercules());
      co_return;
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre("CustomError: 10"));
  EXPECT_GE(heads, 10);
}

// test_taskgroup_no_create_task_after_failure
TEST_F(TaskGroupTest, AfterAFailureThereAreNoNewTasks) {
  const auto adds = [&](TaskGroup& group) -> Coroutine<> {
    try {
      co_await sleep(1s);
    } catch (const CancelledError&) {
      log_.push_back(thrown_by([&] { return group.create_task(returns(1)); }));
    }
  };
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(1ms, CustomError{1}));
      group.create_task(adds(group));
      co_return;
    });
  };
  const std::string said = stderr_of([&] {
    EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
                ElementsAre("CustomError: 1"));
  });
  EXPECT_THAT(log_,
              ElementsAre("RuntimeError: TaskGroup <TaskGroup tasks=1 errors=1 "
                          "cancelling> is shutting down"));
  EXPECT_EQ(said, "");  // the coroutine that was refused is not missed
}

// test_cancelling_level_preserved
TEST_F(TaskGroupTest, AfterAFailureTheTaskIsNotBeingCancelled) {
  const auto main = []() -> Coroutine<> {
    try {
      co_await task_group([](TaskGroup& group) -> Coroutine<> {
        group.create_task(throws(CustomError{1}));
        co_return;
      });
    } catch (const ExceptionGroup&) {
    }
    EXPECT_EQ(current_task()->cancelling(), 0);
    co_await sleep(1s);
  };
  run(main());
  EXPECT_EQ(passed(), 1s);
}

// ---- the block fails

// test_taskgroup_09, test_taskgroup_10
TEST_F(TaskGroupTest, IfTheBlockFailsTheTasksAreCancelled) {
  for (const Clock::duration delay : {0ms, 100ms}) {
    const auto main = [&]() -> Coroutine<> {
      co_await task_group([&](TaskGroup& group) -> Coroutine<> {
        group.create_task(sleeps(1s));
        group.create_task(sleeps(2s));
        co_await sleep(delay);
        throw CustomError{1};
      });
    };
    EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
                ElementsAre("CustomError: 1"));
  }
  EXPECT_THAT(log_,
              ElementsAre("cancelled", "cancelled", "cancelled", "cancelled"));
  EXPECT_EQ(passed(), 100ms);
}

TEST_F(TaskGroupTest, ATaskThatHasNotStartedNeverDoes) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(sleeps(1s));
      throw CustomError{1};
      co_return;
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre("CustomError: 1"));
  EXPECT_THAT(log_, IsEmpty());
}

// test_taskgroup_context_manager_exit_raises
TEST_F(TaskGroupTest, TheCleanupOfTheBlockMayFailToo) {
  const auto main = [&]() -> Coroutine<> {
    try {
      co_await task_group([&](TaskGroup& group) -> Coroutine<> {
        group.create_task(throws(CustomError{1}));
        co_await crashes_in_cleanup(CustomError{2});
      });
    } catch (const ExceptionGroup& group) {
      EXPECT_EQ(current_task()->cancelling(), 0);
      EXPECT_THAT(parts_of(group),
                  ElementsAre("CustomError: 1", "CustomError: 2"));
      log_.emplace_back("caught");
    }
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("caught"));
}

// ---- KeyboardInterrupt

// test_taskgroup_20
TEST_F(TaskGroupTest, AKeyboardInterruptOfTheBlockComesOutAlone) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(100ms, CustomError{1}));
      co_await crashes_in_cleanup(KeyboardInterrupt("stop"));
    });
  };
  EXPECT_EQ(thrown_by([&] { run(main()); }), "KeyboardInterrupt: stop");
}

// test_taskgroup_21: it ends the loop's run first.
TEST_F(TaskGroupTest, AKeyboardInterruptOfATaskComesOutAlone) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(100ms, KeyboardInterrupt("stop")));
      co_await crashes_in_cleanup(CustomError{1});
    });
  };
  const Task<> task = start(main());
  EXPECT_EQ(thrown_by([&] { run(task); }), "KeyboardInterrupt: stop");
  EXPECT_FALSE(task.done());
  EXPECT_EQ(thrown_by([&] { run(task); }), "KeyboardInterrupt: stop");
  EXPECT_TRUE(task.done());
}

// ---- the task that the block is in is cancelled

// test_cancellation, test_taskgroup_22
TEST_F(TaskGroupTest, CancelledAtTheEndOfTheBlockAllAreCancelled) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      for (int i = 0; i < 5; ++i) group.create_task(sleeps(5s));
      co_return;
    });
  };
  EXPECT_THAT(cancelled_after_100ms(main()),
              ElementsAre("only CancelledError"));
  EXPECT_EQ(log_, Log(5, "cancelled"));
}

// test_taskgroup_07
TEST_F(TaskGroupTest, CancelledInTheBlockAllAreCancelled) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      for (int i = 0; i < 5; ++i) group.create_task(sleeps(5s));
      co_await sleeps(10s);
    });
  };
  EXPECT_THAT(cancelled_after_100ms(main()),
              ElementsAre("only CancelledError"));
  EXPECT_EQ(log_, Log(6, "cancelled"));
}

// test_taskgroup_17
TEST_F(TaskGroupTest, CancelledWithoutTasksItIsCancelled) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup&) { return sleeps(10s); });
  };
  EXPECT_THAT(cancelled_after_100ms(main()),
              ElementsAre("only CancelledError"));
  EXPECT_THAT(log_, ElementsAre("cancelled"));
}

TEST_F(TaskGroupTest, CancelledBeforeItsEndTheMessageIsKept) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(sleeps(10s));
      co_return;
    });
  };
  const Task<> task = start(main());
  run_turns(2);
  task.cancel("enough");
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError: enough");
}

// test_taskgroup_08, test_taskgroup_15, test_taskgroup_16
TEST_F(TaskGroupTest, WhatTasksThrowThenWinsOverTheCancelledError) {
  const auto crashing = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      for (int i = 0; i < 3; ++i) {
        group.create_task(crashes_in_cleanup(CustomError{i}));
      }
      co_await sleep(10s);
    });
  };
  EXPECT_THAT(
      cancelled_after_100ms(crashing()),
      ElementsAre("CustomError: 0", "CustomError: 1", "CustomError: 2"));
  const auto crashing_meanwhile = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(throws_after(300ms, CustomError{1}));
      co_await dies_slowly();
    });
  };
  EXPECT_THAT(cancelled_after_100ms(crashing_meanwhile()),
              ElementsAre("CustomError: 1"));
  const auto nested = [&]() -> Coroutine<> {
    co_await create_task(crashing_meanwhile());
  };
  EXPECT_THAT(cancelled_after_100ms(nested()), ElementsAre("CustomError: 1"));
}

// test_taskgroup_18
TEST_F(TaskGroupTest, WhatTheBlockThrowsThenWinsOverTheCancelledError) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group(
        [&](TaskGroup&) { return crashes_in_cleanup(CustomError{1}); });
  };
  EXPECT_THAT(cancelled_after_100ms(main()), ElementsAre("CustomError: 1"));
}

TEST_F(TaskGroupTest, CancelledAgainWhileItWaitsItStillWaitsForAll) {
  const auto main = [&]() -> Coroutine<> {
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(dies_slowly());
      co_return;
    });
  };
  const Task<> task = start(main());
  run_turns(2);
  for (int i = 0; i < 3; ++i) {
    task.cancel();
    run_turns(2);
    EXPECT_FALSE(task.done());
  }
  EXPECT_EQ(thrown_by([&] { run(task); }), "CancelledError");
  EXPECT_EQ(task.cancelling(), 3);
  EXPECT_EQ(passed(), 500ms);
}

TEST_F(TaskGroupTest, WhoSwallowsTheCancellationIsWaitedFor) {
  const auto main = [&]() -> Coroutine<> {
    std::optional<Task<int>> swallowing;
    try {
      co_await task_group([&](TaskGroup& group) -> Coroutine<> {
        swallowing = group.create_task(swallows_cancel());
        co_await sleep(10s);
      });
    } catch (const CancelledError&) {
      EXPECT_EQ(swallowing->result(), 42);
      throw;
    }
  };
  EXPECT_THAT(cancelled_after_100ms(main()),
              ElementsAre("only CancelledError"));
}

// test_error_and_cancel
TEST_F(TaskGroupTest, WhoWasCancelledAndHasFailedTasksHearsOfBoth) {
  Event event;
  const auto fails = [&]() -> Coroutine<> {
    event.set();
    co_await sleep(0s);
    throw CustomError{1};
  };
  const auto inner = [&]() -> Coroutine<> {
    try {
      co_await task_group([&](TaskGroup& group) -> Coroutine<> {
        group.create_task(fails());
        co_await sleep(1s);
        log_.emplace_back("not cancelled in the group");
      });
    } catch (const ExceptionGroup& group) {
      EXPECT_EQ(current_task()->cancelling(), 1);
      log_ = parts_of(group);
    }
    EXPECT_EQ(current_task()->cancelling(), 1);
    co_await sleep(1s);
    log_.emplace_back("not cancelled after the group");
  };
  const auto outer = [&]() -> Coroutine<> {
    const Task<> task = create_task(inner());
    co_await event.wait();
    EXPECT_EQ(task.cancelling(), 0);
    task.cancel();
    EXPECT_EQ(task.cancelling(), 1);
    const std::vector tasks{task};
    co_await wait(tasks);
    EXPECT_TRUE(task.cancelled());
  };
  run(outer());
  EXPECT_THAT(log_, ElementsAre("CustomError: 1"));
}

// ---- one in another

// test_taskgroup_11, test_taskgroup_12
TEST_F(TaskGroupTest, CancelledTheInnerGroupsFailureIsAPartOfTheOuters) {
  for (const bool has_other : {false, true}) {
    const auto main = [&]() -> Coroutine<> {
      co_await task_group([&](TaskGroup& outer) -> Coroutine<> {
        if (has_other) outer.create_task(sleep(10s));
        co_await task_group([&](TaskGroup& inner) -> Coroutine<> {
          for (int i = 0; i < 5; ++i) {
            inner.create_task(crashes_in_cleanup(CustomError{i}));
          }
          co_await sleep(10s);
        });
      });
    };
    EXPECT_THAT(cancelled_after_100ms(main()),
                ElementsAre("ExceptionGroup: unhandled errors in a TaskGroup "
                            "(5 sub-exceptions)"));
  }
}

// test_taskgroup_13
TEST_F(TaskGroupTest, IfATaskOfTheOuterGroupFailsTheInnerOneIsCancelled) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup& outer) -> Coroutine<> {
      outer.create_task(throws_after(100ms, CustomError{1}));
      co_await task_group([](TaskGroup& inner) -> Coroutine<> {
        inner.create_task(throws_after(10s, CustomError{2}));
        co_return;
      });
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre("CustomError: 1"));
  EXPECT_EQ(passed(), 100ms);
}

// test_taskgroup_14
TEST_F(TaskGroupTest, IfATaskOfTheInnerGroupFailsTheOuterOneIsCancelled) {
  const auto main = []() -> Coroutine<> {
    co_await task_group([](TaskGroup& outer) -> Coroutine<> {
      outer.create_task(throws_after(10s, CustomError{1}));
      co_await task_group([](TaskGroup& inner) -> Coroutine<> {
        inner.create_task(throws_after(100ms, CustomError{2}));
        co_return;
      });
    });
  };
  EXPECT_THAT(parts_thrown_by([&] { run(main()); }),
              ElementsAre(k_group_of_one));
  EXPECT_EQ(passed(), 100ms);
}

// test_nested_groups_both_cancelled
TEST_F(TaskGroupTest, IfBothFailBothAreHeard) {
  const auto main = [&]() -> Coroutine<> {
    try {
      co_await task_group([&](TaskGroup& outer) -> Coroutine<> {
        try {
          co_await task_group([&](TaskGroup& inner) -> Coroutine<> {
            inner.create_task(throws_after(0s, CustomError{1}));
            outer.create_task(throws_after(0s, CustomError{2}));
            co_return;
          });
        } catch (const ExceptionGroup& group) {
          log_.push_back(parts_of(group).front());
        }
        EXPECT_EQ(current_task()->cancelling(), 1);
      });
    } catch (const ExceptionGroup& group) {
      log_.push_back(parts_of(group).front());
    }
    EXPECT_EQ(current_task()->cancelling(), 0);
  };
  run(main());
  EXPECT_THAT(log_, ElementsAre("CustomError: 1", "CustomError: 2"));
}

// ---- before and after the block

// test_taskgroup_not_entered, test_taskgroup_finished,
// test_coro_closed_when_tg_closed
TEST_F(TaskGroupTest, OutsideOfItsBlockItTakesNoTasks) {
  const auto main = [&]() -> Coroutine<> {
    TaskGroup group;
    const auto adds = [&] { return group.create_task(returns(1)); };
    EXPECT_EQ(thrown_by(adds),
              "RuntimeError: TaskGroup <TaskGroup> has not been entered");
    co_await group.run([](TaskGroup&) -> Coroutine<> { co_return; });
    EXPECT_EQ(thrown_by(adds),
              "RuntimeError: TaskGroup <TaskGroup entered> is finished");
  };
  EXPECT_EQ(stderr_of([&] { run(main()); }), "");
}

// test_taskgroup_already_entered, test_taskgroup_double_enter
TEST_F(TaskGroupTest, ItCanBeEnteredOnce) {
  const auto main = [&]() -> Coroutine<> {
    const auto block = [](TaskGroup&) -> Coroutine<> { co_return; };
    const auto fails = [&](TaskGroup& group) -> Coroutine<> {
      try {
        co_await group.run(block);
      } catch (...) {
        log_.push_back(named(std::current_exception()));
      }
    };
    TaskGroup group;
    co_await group.run([&](TaskGroup&) { return fails(group); });
    co_await fails(group);
  };
  run(main());
  const std::string error =
      "RuntimeError: TaskGroup <TaskGroup entered> has already been entered";
  EXPECT_THAT(log_, ElementsAre(error, error));
}

// test_taskgroup_without_parent_task
TEST_F(TaskGroupTest, ItNeedsATaskAndALoop) {
  TaskGroup group;
  const auto enters = [&] { return group.enter(); };
  loop().call_soon([&] { log_.push_back(thrown_by(enters)); });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("RuntimeError: TaskGroup <TaskGroup> cannot "
                                "determine the parent task"));
  EXPECT_EQ(thrown_by([&] { return group.create_task(returns(1)); }),
            "RuntimeError: TaskGroup <TaskGroup> has not been entered");
  EXPECT_EQ(thrown_by(enters), "RuntimeError: no running event loop");
}

TEST_F(TaskGroupTest, NothingIsLeftWhenTheLoopClosesInTheMiddle) {
  collect_reports();
  const auto main = [&](bool waits) -> Coroutine<> {
    const Counted counted;
    co_await task_group([&](TaskGroup& group) -> Coroutine<> {
      group.create_task(holds(1h));
      group.create_task(holds(2h));
      if (waits) co_await holds(3h);
    });
  };
  start(main(true));
  start(main(false));
  const Task<> failing = start(main(true));
  run_turns(3);
  EXPECT_EQ(Counted::alive, 11);
  failing.cancel();
  close_loop();
  EXPECT_EQ(Counted::alive, 0);
}

template <typename A>
concept Addable =
    requires(TaskGroup& group) { group.create_task(std::declval<A>()); };
static_assert(Addable<Coroutine<int>> && Addable<Sleep>);
static_assert(!Addable<Coroutine<int>&> && !Addable<Task<int>>);

}  // namespace
}  // namespace asyncio
