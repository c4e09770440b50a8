// Who outlives whom: frames, futures, callbacks and loops die in any order, and
// nothing is lost, leaked or told twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/coroutines_test.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/witness.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tests::Counted;
using tests::Witness;

class LifetimeTest : public LoopTest {};

Coroutine<> awaits(Future<> future, Counted /*given*/) {
  const Counted own;
  co_await future;
}

Coroutine<> sleeps(Clock::duration delay, Counted /*given*/) {
  const Counted own;
  co_await sleep(delay);
}

// ---- what outlives its loop

TEST_F(LifetimeTest, WhatIsDoneOutlivesItsLoop) {
  const auto result = loop().create_future<std::string>();
  const Future<> failed = loop().create_future();
  const Future<> cancelled = loop().create_future();
  const Task<int> task = loop().create_task(returns(1), "name");
  result.set_result("kept");
  failed.set_exception(CustomError());
  cancelled.cancel("message");
  run(task);
  close_loop();
  EXPECT_EQ(result.result(), "kept");
  EXPECT_THROW(failed.result(), CustomError);
  EXPECT_EQ(message_of<CancelledError>([&] { return cancelled.exception(); }),
            "message");
  EXPECT_EQ(task.result(), 1);
  EXPECT_EQ(task.get_name(), "name");
  EXPECT_FALSE(task.cancel());
  EXPECT_FALSE(result.cancel());
}

TEST_F(LifetimeTest, WhatIsPendingMayOutliveItsLoopAndDieInSilence) {
  const Future<> future = loop().create_future();
  future.add_done_callback([counted = Counted()](const Future<>&) {});
  std::optional<Task<>> task =
      loop().create_task(sleeps(1h, Counted()), "sleeper");
  run_turns(1);
  EXPECT_THAT(stderr_of([this] { close_loop(); }),
              HasSubstr("Task was destroyed but it is pending! sleeper"));
  EXPECT_FALSE(future.done());
  EXPECT_FALSE(task->done());
  EXPECT_EQ(task->get_name(), "sleeper");
  EXPECT_THROW(task->result(), InvalidStateError);
  EXPECT_EQ(stderr_of([&] { task.reset(); }), "");
  EXPECT_EQ(Counted::alive, 1);  // the callback, which the future holds
}

// ---- a loop that closes

TEST_F(LifetimeTest, ACloseDestroysTasksWhereverTheyStand) {
  collect_reports();
  const Future<> future = loop().create_future();
  const Future<> done = loop().create_future();
  loop().create_task(awaits(future, Counted()), "waits");
  loop().create_task(sleeps(1h, Counted()), "sleeps");
  loop().create_task(awaits(done, Counted()), "has been woken");
  loop().create_task(sleeps(0s, Counted()), "has its turn");
  run_turns(1);
  done.set_result();
  loop().create_task(sleeps(1s, Counted()), "has not begun");
  loop().create_task(sleeps(1s, Counted()), "is cancelled").cancel();
  EXPECT_GT(Counted::alive, 0);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_TRUE(loop().timers().empty());
  EXPECT_THAT(reports_,
              UnorderedElementsAre(
                  "Task was destroyed but it is pending! waits",
                  "Task was destroyed but it is pending! sleeps",
                  "Task was destroyed but it is pending! has been woken",
                  "Task was destroyed but it is pending! has its turn",
                  "Task was destroyed but it is pending! has not begun",
                  "Task was destroyed but it is pending! is cancelled"));
}

Coroutine<> stands(Log& log, std::string name, int below) {
  const Witness witness(log, name + std::to_string(below));
  try {
    if (below == 0) co_await get_running_loop().create_future();
    if (below > 0) co_await stands(log, name, below - 1);
  } catch (...) {
    log.emplace_back("caught");
  }
}

TEST_F(LifetimeTest, FramesDieFromTheInnermostUpAndCatchNothing) {
  collect_reports();
  loop().create_task(stands(log_, "frame ", 2));
  run_turns(1);
  loop().close();
  EXPECT_THAT(log_, ElementsAre("frame 0", "frame 1", "frame 2"));
}

TEST_F(LifetimeTest, ACloseDropsCallbacksWhereverTheyStand) {
  const Future<> done = loop().create_future();
  done.set_result();
  done.add_done_callback([counted = Counted()](const Future<>&) {});
  loop().call_soon([counted = Counted()] {});
  loop().call_later(1h, [counted = Counted()] {});
  loop().call_soon_threadsafe([counted = Counted()] {});
  EXPECT_EQ(Counted::alive, 4);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> awaits_task(Task<> task, Counted /*given*/) {
  co_await task;
}

TEST_F(LifetimeTest, TasksThatAwaitEachOtherDieTogether) {
  collect_reports();
  const Task<> inner = loop().create_task(sleeps(1h, Counted()));
  const Task<> outer = loop().create_task(awaits_task(inner, Counted()));
  loop().create_task(awaits_task(outer, Counted()));
  loop().create_task(awaits_task(outer, Counted()));
  run_turns(2);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> holds_its_own_task(Counted /*given*/, Future<> future) {
  const AnyTask self = *current_task();
  co_await future;
}

TEST_F(LifetimeTest, ATaskThatHoldsItselfDiesAtItsEndAndWithTheLoop) {
  collect_reports();
  const Future<> future = loop().create_future();
  loop().create_task(holds_its_own_task(Counted(), future));
  run_turns(1);
  future.set_result();
  run_turns(1);
  EXPECT_EQ(Counted::alive, 0);
  loop().create_task(holds_its_own_task(Counted(), loop().create_future()));
  run_turns(1);
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, AHandlerMayAskAClosingLoopForAnythingAndIsRefused) {
  loop().set_exception_handler([](EventLoop& of, const ExceptionContext&) {
    EXPECT_TRUE(of.is_closed());
    of.call_soon([] {});
  });
  loop().create_task(sleeps(1h, Counted()), "sleeper");
  const std::string said = stderr_of([this] { loop().close(); });
  EXPECT_THAT(said, HasSubstr("Unhandled error in exception handler: "
                              "Event loop is closed"));
  EXPECT_THAT(said, HasSubstr("Task was destroyed but it is pending! sleeper"));
  EXPECT_EQ(Counted::alive, 0);
}

// ---- what dies schedules again

/// Calls a function when it dies.
class AtDeath {
 public:
  explicit AtDeath(std::function<void()> function)
      : function_(std::move(function)) {}
  AtDeath(AtDeath&& other) noexcept
      : function_(std::exchange(other.function_, nullptr)) {}
  AtDeath& operator=(AtDeath&&) = delete;
  ~AtDeath() {
    if (function_) function_();
  }

 private:
  std::function<void()> function_;
};

Coroutine<> holds(AtDeath /*held*/, Counted /*given*/) {
  co_await sleep(1h);
}

class Dying : public LifetimeTest {
 protected:
  /// Closes the loop, in which a task holds what calls `function` then, with
  /// others before and after it.
  void close_with(std::function<void()> function) {
    collect_reports();
    before_ = loop().create_task(sleeps(1h, Counted()));
    waits_before_ = loop().create_task(awaits(future_, Counted()));
    loop().create_task(holds(AtDeath(std::move(function)), Counted()));
    after_ = loop().create_task(sleeps(1h, Counted()));
    waits_after_ = loop().create_task(awaits(future_, Counted()));
    run_turns(1);
    queued_ = loop().create_task(sleeps(1h, Counted()));
    loop().close();
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_EQ(reports_.size(), 6U);
  }

  Future<> future_ = loop().create_future();
  std::optional<Task<>> before_;
  std::optional<Task<>> after_;
  std::optional<Task<>> waits_before_;
  std::optional<Task<>> waits_after_;
  std::optional<Task<>> queued_;
};

TEST_F(Dying, MaySetAResultForWhichOthersWait) {
  close_with([this] { future_.set_result(); });
  EXPECT_TRUE(future_.done());
  EXPECT_FALSE(waits_before_->done());
}

TEST_F(Dying, MayCancelTheFutureForWhichOthersWait) {
  close_with([this] { future_.cancel(); });
  EXPECT_TRUE(future_.cancelled());
}

TEST_F(Dying, MayCancelTasksThatSleepWaitOrAreQueued) {
  close_with([this] {
    for (const auto& task :
         {before_, after_, waits_before_, waits_after_, queued_}) {
      EXPECT_TRUE(task->cancel("too late"));
    }
  });
  EXPECT_FALSE(before_->cancelled());
}

TEST_F(Dying, MayAddCallbacksThatAreNeverCalled) {
  close_with([this] {
    future_.set_result();
    future_.add_done_callback([](const Future<>&) { FAIL(); });
    before_->add_done_callback([](const Future<>&) { FAIL(); });
  });
}

TEST_F(Dying, MayLetTheLastHandlesGo) {
  close_with([this] {
    before_.reset();
    after_.reset();
    waits_before_.reset();
    waits_after_.reset();
    queued_.reset();
    future_ = loop().create_future();
  });
}

TEST_F(Dying, IsRefusedNewCallbacksAndTasks) {
  close_with([this] {
    EXPECT_THROW(loop().call_soon([] {}), RuntimeError);
    EXPECT_THROW(loop().call_later(1s, [] {}), RuntimeError);
    stderr_of(
        [this] { EXPECT_THROW(loop().create_task(returns(1)), RuntimeError); });
  });
}

TEST_F(LifetimeTest, FuturesOfAClosedLoopMayStillBeSetAndNobodyIsCalled) {
  const Future<> future = loop().create_future();
  future.add_done_callback([counted = Counted()](const Future<>&) { FAIL(); });
  loop().close();
  EXPECT_EQ(Counted::alive, 1);
  future.set_result();
  EXPECT_EQ(Counted::alive, 0);
  future.add_done_callback([counted = Counted()](const Future<>&) { FAIL(); });
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_TRUE(future.done());
}

Coroutine<> awaits_another_loops(Future<> future) {
  co_await future;
}

// It only waits to be told so; who really waits for that future must not hear
// of its death.
TEST_F(LifetimeTest, WhoCouldNotAwaitAFutureOfAnotherLoopLeavesItAlone) {
  collect_reports();
  const Future<> future = loop().create_future();
  const Task<> waits = loop().create_task(awaits(future, Counted()));
  run_turns(1);
  {
    EventLoop other(virtual_time);
    other.set_exception_handler([](EventLoop&, const ExceptionContext&) {});
    other.create_task(awaits_another_loops(future));
    other.stop();
    other.run_forever();
  }
  future.set_result();
  run(waits);
  EXPECT_TRUE(waits.done());
}

// ---- frames and results

TEST_F(LifetimeTest, FramesDieWhenTheirTaskEndsNotWithItsHandle) {
  const Task<> task = loop().create_task(sleeps(0s, Counted()));
  EXPECT_EQ(Counted::alive, 1);
  run_turns(1);
  EXPECT_EQ(Counted::alive, 2);
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> throws(Counted /*given*/) {
  const Counted own;
  throw std::runtime_error("no");
  co_return;
}

TEST_F(LifetimeTest, FramesDieWhenTheirTaskFails) {
  const Task<> task = loop().create_task(throws(Counted()));
  run_turns(1);
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_TRUE(task.exception());
}

Coroutine<Counted> returns_counted() {
  co_return Counted();
}

TEST_F(LifetimeTest, AResultDiesWithTheLastHandle) {
  std::optional<Task<Counted>> task = loop().create_task(returns_counted());
  std::optional<Future<Counted>> copy = *task;
  run_turns(1);
  EXPECT_EQ(Counted::alive, 1);
  task.reset();
  EXPECT_EQ(Counted::alive, 1);
  copy.reset();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, AResultThatNobodyHoldsDiesAtTheEnd) {
  loop().create_task(returns_counted());
  run_turns(1);
  EXPECT_EQ(Counted::alive, 0);
}

Coroutine<> drops(std::optional<Task<>>& own) {
  own.reset();
  co_await sleep(0s);
}

TEST_F(LifetimeTest, ATaskMayLetItsOwnLastHandleGo) {
  std::optional<Task<>> task;
  task = loop().create_task(drops(task));
  run_turns(2);
  EXPECT_FALSE(task);
  EXPECT_THAT(all_tasks(loop()), IsEmpty());
}

TEST_F(LifetimeTest, ACoroutineThatIsNotAwaitedFreesItsFrame) {
  stderr_of([] { const auto coroutine = sleeps(1s, Counted()); });
  EXPECT_EQ(Counted::alive, 0);
}

// ---- callbacks that hold their own future

TEST_F(LifetimeTest, ACallbackMayHoldItsOwnFutureUntilItHasRun) {
  {
    const auto future = loop().create_future<Counted>();
    future.add_done_callback(
        [future, counted = Counted()](const Future<Counted>&) {});
    future.set_result(Counted());
  }
  EXPECT_EQ(Counted::alive, 2);
  run_turns(1);
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, ACallbackThatHoldsItsOwnFutureDiesWithTheLoopOnceItIsDue) {
  {
    const auto future = loop().create_future<Counted>();
    future.add_done_callback(
        [future, counted = Counted()](const Future<Counted>&) {});
    future.set_result(Counted());
  }
  loop().close();
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, ACallbackThatHoldsItsOwnFutureMayBeCancelled) {
  {
    const auto future = loop().create_future<Counted>();
    const Handle handle = future.add_done_callback(
        [future, counted = Counted()](const Future<Counted>&) {});
    EXPECT_EQ(Counted::alive, 1);
    handle.cancel();
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, ACallbackDiesWithTheFutureThatNeverEnds) {
  {
    const Future<> future = loop().create_future();
    future.add_done_callback([counted = Counted()](const Future<>&) {});
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(LifetimeTest, ACallbackMayLetTheLastHandleOfItsFutureGo) {
  std::optional<Future<>> future = loop().create_future();
  future->add_done_callback([&](const Future<>& done) {
    future.reset();
    EXPECT_TRUE(done.done());
    log_.emplace_back("called");
  });
  future->set_result();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("called"));
}

// ---- exceptions that nobody has asked for

const char* const k_of_future = "Future exception was never retrieved: boom";
const char* const k_of_task = "Task exception was never retrieved: no";

class NeverRetrieved : public LifetimeTest {
 protected:
  NeverRetrieved() { collect_reports(); }

  /// Lets a future go in a turn of the loop, after `use`.
  void let_go(const std::function<void(const Future<int>&)>& use) {
    loop().call_soon(
        [&, future = loop().create_future<int>()] { use(future); });
    run_turns(1);
  }
};

void fail(const Future<int>& future) {
  future.set_exception(std::runtime_error("boom"));
}

// test_tb_logger_exception_unretrieved
TEST_F(NeverRetrieved, IsReportedOnceWhenTheLastHandleDies) {
  std::optional<Future<int>> first = loop().create_future<int>();
  std::optional<Future<int>> second = first;
  fail(*first);
  loop().call_soon([&] { first.reset(); });
  run_turns(1);
  EXPECT_THAT(reports_, IsEmpty());
  loop().call_soon([&] { second.reset(); });
  run_turns(1);
  EXPECT_THAT(reports_, ElementsAre(k_of_future));
}

// test_default_exc_handler_coro
TEST_F(NeverRetrieved, OfATaskIsReportedAsTheTasks) {
  loop().create_task(throws(Counted()));
  run_turns(1);
  EXPECT_THAT(reports_, ElementsAre(k_of_task));
}

TEST_F(NeverRetrieved, OutsideOfARunIsToldOnStderr) {
  std::optional<Task<>> task = loop().create_task(throws(Counted()));
  run_turns(1);
  EXPECT_EQ(stderr_of([&] { task.reset(); }), std::string(k_of_task) + "\n");
  EXPECT_THAT(reports_, IsEmpty());
}

// test_tb_logger_exception_retrieved, ..._result_retrieved
TEST_F(NeverRetrieved, IsSilentOnceItWasAskedFor) {
  let_go([](const Future<int>& future) {
    fail(future);
    EXPECT_TRUE(future.exception());
  });
  let_go([](const Future<int>& future) {
    fail(future);
    EXPECT_EQ(message_of<std::runtime_error>([&] { return future.result(); }),
              "boom");
  });
  EXPECT_THAT(reports_, IsEmpty());
}

// test_tb_logger_not_called_after_cancel
TEST_F(NeverRetrieved, IsSilentAfterACancelThoughItCameTooLate) {
  let_go([](const Future<int>& future) {
    fail(future);
    EXPECT_FALSE(future.cancel());
  });
  const auto failed = std::make_shared<std::optional<Task<>>>(
      loop().create_task(throws(Counted())));
  run_turns(1);
  loop().call_soon([failed] {
    EXPECT_FALSE((*failed)->cancel());
    failed->reset();
  });
  run_turns(1);
  EXPECT_THAT(reports_, IsEmpty());
}

// test_tb_logger_result_unretrieved, ..._abandoned
TEST_F(NeverRetrieved, IsNothingForResultsCancellationsAndPendingFutures) {
  let_go([](const Future<int>&) {});
  let_go([](const Future<int>& future) { future.set_result(42); });
  let_go([](const Future<int>& future) { future.cancel("message"); });
  EXPECT_THAT(reports_, IsEmpty());
}

Coroutine<> catches(Task<> task) {
  try {
    co_await task;
  } catch (const std::runtime_error&) {
  }
}

TEST_F(NeverRetrieved, IsSilentIfATaskHasAwaitedIt) {
  loop().create_task(catches(loop().create_task(throws(Counted()))));
  run_turns(3);
  EXPECT_THAT(all_tasks(loop()), IsEmpty());
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(NeverRetrieved, IsReportedIfWhoAwaitsItWasDestroyedBefore) {
  const Future<int> future = loop().create_future<int>();
  struct Awaits {
    static Coroutine<> one(Future<int> awaited) { co_await awaited; }
  };
  loop().create_task(Awaits::one(future), "waits");
  run_turns(1);
  fail(future);
  loop().close();
  EXPECT_THAT(reports_,
              ElementsAre("Task was destroyed but it is pending! waits"));
  EXPECT_TRUE(future.exception());
}

TEST_F(NeverRetrieved, IsSilentIfACallbackHasAskedForIt) {
  {
    const auto future = loop().create_future<int>();
    future.add_done_callback(
        [](const Future<int>& done) { EXPECT_TRUE(done.exception()); });
    fail(future);
  }
  run_turns(1);
  EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(NeverRetrieved, IsReportedForAnyTypeOfException) {
  let_go(
      [](const Future<int>& future) { future.set_exception(CustomError()); });
  EXPECT_THAT(
      reports_,
      ElementsAre(
          "Future exception was never retrieved: not a std::exception"));
}

// A handler that asks runs while the future dies.
TEST_F(NeverRetrieved, MayBeRethrownInTheHandler) {
  std::exception_ptr given;
  loop().set_exception_handler(
      [&](EventLoop&, const ExceptionContext& context) {
        given = context.exception;
      });
  let_go(fail);
  EXPECT_EQ(message_of<std::runtime_error>([&] {
              std::rethrow_exception(given);
              return 0;
            }),
            "boom");
}

// ---- all of it at once

/// Tasks that do to each other whatever can be done, in an order that the seed
/// decides.
class Crowd {
 public:
  explicit Crowd(unsigned seed) : random_(seed) {
    loop_.set_exception_handler([](EventLoop&, const ExceptionContext&) {});
    for (int i = 0; i < 8; ++i) futures_.push_back(loop_.create_future());
    for (int i = 0; i < 8; ++i) start();
  }

  void run() {
    const int turns = number_below(60);
    for (int i = 0; i < turns; ++i) {
      loop_.stop();
      try {
        loop_.run_forever();
      } catch (const KeyboardInterrupt&) {
      }
    }
  }
  /// What dies then still does something.
  void close() { loop_.close(); }

 private:
  int number_below(int n) {
    return std::uniform_int_distribution(0, n - 1)(random_);
  }
  Future<>& any_future() {
    return futures_[static_cast<std::size_t>(number_below(8))];
  }
  Task<>& any_task() {
    const int n = static_cast<int>(tasks_.size());
    return tasks_[static_cast<std::size_t>(number_below(n))];
  }

  void start() {
    if (++made_ > 200) return;
    const std::string name = number_below(2) == 0 ? "named" : "";
    Task<> task = loop_.create_task(live(Counted()), name);
    if (tasks_.size() < 12) {
      tasks_.push_back(std::move(task));
    } else {
      any_task() = std::move(task);
    }
  }

  /// What may be done without waiting.
  void act() {
    const char* message = number_below(2) == 0 ? "" : "a message of some size";
    switch (number_below(9)) {
      case 0: return cancel_a_task(message);
      case 1: return static_cast<void>(any_future().cancel(message));
      case 2: return static_cast<void>(any_task().uncancel());
      case 3: return add_callback();
      case 4:
        if (!any_future().done()) return;
        any_future() = loop_.create_future();
        return;
      case 5:
        if (Future<>& future = any_future(); !future.done()) {
          future.set_result();
        }
        return;
      case 6:
        if (Future<>& future = any_future(); !future.done()) {
          future.set_exception(CustomError());
        }
        return;
      case 7:
        if (!loop_.is_closed()) schedule();
        return;
      default:
        if (!loop_.is_closed()) start();
    }
  }

  void cancel_a_task(const char* message) {
    try {
      any_task().cancel(message);
    } catch (const RuntimeError&) {  // they wait for each other
    }
  }

  void add_callback() {
    const Handle handle = any_future().add_done_callback(
        [this, counted = Counted()](const Future<>&) { act(); });
    if (number_below(4) == 0) handle.cancel();
    if (number_below(4) == 0) any_future().remove_done_callback(handle);
  }

  void schedule() {
    if (number_below(2) == 0) {
      loop_.call_soon([this, counted = Counted()] { act(); });
    } else {
      const TimerHandle timer =
          loop_.call_later(std::chrono::milliseconds(number_below(4)),
                           [this, counted = Counted()] { act(); });
      if (number_below(2) == 0) timer.cancel();
    }
  }

  Coroutine<> wait(int below) {
    const AtDeath at_death([this] { act(); });
    switch (number_below(6)) {
      case 0: co_await any_future(); break;
      case 1: co_await Future<>(any_future()); break;
      case 2: co_await any_task(); break;
      case 3: co_await sleep(std::chrono::milliseconds(number_below(4))); break;
      case 4:
        if (number_below(10) == 0) throw KeyboardInterrupt();
        if (number_below(4) == 0) throw CustomError();
        break;
      default:
        if (below > 0) co_await wait(below - 1);
    }
  }

  Coroutine<> live(Counted /*given*/) {
    const Counted own;
    const int steps = number_below(20);
    for (int i = 0; i < steps; ++i) {
      act();
      try {
        co_await wait(3);
      } catch (const CancelledError&) {
        if (number_below(2) == 0) throw;
      } catch (const CustomError&) {
        if (number_below(2) == 0) throw;
      } catch (const RuntimeError&) {  // awaited itself
      }
    }
  }

  std::mt19937 random_;
  int made_ = 0;
  std::vector<Future<>> futures_;
  std::vector<Task<>> tasks_;
  EventLoop loop_{virtual_time};
};

class Crowds : public testing::TestWithParam<unsigned> {};

TEST_P(Crowds, LeaveNothingBehind) {
  Counted::reset();
  stderr_of([] {
    for (unsigned i = 0; i < 50; ++i) {
      Crowd crowd(1000 * GetParam() + i);
      crowd.run();
      crowd.close();
    }
  });
  EXPECT_EQ(Counted::alive, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Crowds, testing::Range(0U, 10U));

}  // namespace
}  // namespace asyncio
