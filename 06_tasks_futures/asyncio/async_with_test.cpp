// A resource is closed, and its close is awaited, however the block is left.
#include "06_tasks_futures/asyncio/async_with.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using tests::Counted;

/// Takes a second to open, and one to close.
class Connection {
 public:
  explicit Connection(Log& log) : log_(&log) {}

  Coroutine<> aenter() {
    log_->emplace_back("opening");
    co_await sleep(1s);
    is_open_ = true;
    log_->emplace_back("open");
  }
  Coroutine<> aexit(std::exception_ptr thrown) {
    log_->emplace_back(thrown ? "closing after " + describe(thrown)
                              : "closing");
    co_await sleep(1s);
    is_open_ = false;
    log_->emplace_back("closed");
  }
  Coroutine<int> ask(int question) {
    co_await sleep(1s);
    co_return is_open_ ? question + 1 : -1;
  }
  void note(std::string text) { log_->push_back(std::move(text)); }

 private:
  Log* log_;
  bool is_open_ = false;
  Counted counted_;
};

class AsyncWithTest : public LoopTest {
 protected:
  double now() {
    return std::chrono::duration<double>(loop().time().time_since_epoch())
        .count();
  }
};

// ---- every way out

Coroutine<int> asks_once(Log& log) {
  int question = 41;
  const int answer = co_await async_with(
      Connection(log), [&](Connection& connection) -> Coroutine<int> {
        const int answered = co_await connection.ask(question);
        connection.note("answered");
        co_return answered;
      });
  log.emplace_back("after");
  co_return answer;
}

TEST_F(AsyncWithTest, ClosesAfterTheReturnAndGivesWhatWasReturned) {
  EXPECT_EQ(run(asks_once(log_)), 42);
  EXPECT_THAT(log_, ElementsAre("opening", "open", "answered", "closing",
                                "closed", "after"));
  EXPECT_EQ(now(), 3);
}

Coroutine<> throws_inside(Log& log) {
  co_await async_with(Connection(log), [&](Connection&) -> Coroutine<> {
    co_await sleep(0s);
    throw RuntimeError("trouble");
  });
}

TEST_F(AsyncWithTest, ClosesAfterAnExceptionAndThrowsIt) {
  EXPECT_EQ(message_of<RuntimeError>([&] {
              run(throws_inside(log_));
              return 0;
            }),
            "trouble");
  EXPECT_THAT(
      log_, ElementsAre("opening", "open", "closing after trouble", "closed"));
}

Coroutine<> throws_a_number(Log& log) {
  co_await async_with(Connection(log), [&](Connection&) -> Coroutine<> {
    throw 5;
    co_return;
  });
}

TEST_F(AsyncWithTest, ClosesAfterAnythingThatIsThrown) {
  EXPECT_THROW(run(throws_a_number(log_)), int);
  EXPECT_EQ(log_.back(), "closed");
}

TEST_F(AsyncWithTest, ClosesAfterACancellationAndPassesItOn) {
  const auto task = start(asks_once(log_));
  loop().call_later(1500ms, [&] { task.cancel("enough"); });
  EXPECT_EQ(message_of<CancelledError>([&] { return run(task); }), "enough");
  EXPECT_THAT(log_,
              ElementsAre("opening", "open", "closing after enough", "closed"));
  EXPECT_EQ(now(), 2.5);
}

TEST_F(AsyncWithTest, DoesNotCloseWhatCouldNotBeOpened) {
  const auto task = start(asks_once(log_));
  loop().call_later(500ms, [&] { task.cancel(); });
  EXPECT_THROW(run(task), CancelledError);
  EXPECT_THAT(log_, ElementsAre("opening"));
}

TEST_F(AsyncWithTest, ACancellationWhileItClosesEndsTheClosing) {
  const auto task = start(asks_once(log_));
  loop().call_later(2500ms, [&] { task.cancel("late"); });
  EXPECT_EQ(message_of<CancelledError>([&] { return run(task); }), "late");
  EXPECT_THAT(log_, ElementsAre("opening", "open", "answered", "closing"));
}

class FailsToClose {
 public:
  Coroutine<> aenter() { co_return; }
  Coroutine<> aexit(std::exception_ptr /*thrown*/) {
    co_await sleep(1s);
    throw CustomError{7};
  }
};

Coroutine<> throws_inside_of(FailsToClose& resource) {
  co_await async_with(resource, [&](FailsToClose&) -> Coroutine<> {
    throw RuntimeError("lost");
    co_return;
  });
}

TEST_F(AsyncWithTest, WhatTheClosingThrowsComesOutInstead) {
  FailsToClose resource;
  EXPECT_THROW(run(throws_inside_of(resource)), CustomError);
}

// ---- the resource

Coroutine<> uses_twice(Log& log) {
  Connection connection(log);
  for (int i = 0; i < 2; ++i) {
    co_await async_with(connection, [&](Connection& same) -> Coroutine<> {
      same.note(&same == &connection ? "the same" : "another");
      co_return;
    });
  }
  connection.note("still here");
}

TEST_F(AsyncWithTest, OnlyRefersToAResourceThatHasAName) {
  run(uses_twice(log_));
  EXPECT_THAT(log_, ElementsAre("opening", "open", "the same", "closing",
                                "closed", "opening", "open", "the same",
                                "closing", "closed", "still here"));
  EXPECT_EQ(Counted::copies, 0);
}

Coroutine<> nests(Log& log) {
  co_await async_with(Connection(log), [&](Connection& outer) -> Coroutine<> {
    co_await async_with(Connection(log), [&](Connection& inner) -> Coroutine<> {
      inner.note("inner");
      co_return;
    });
    outer.note("outer");
  });
}

TEST_F(AsyncWithTest, MayStandInAnother) {
  run(nests(log_));
  EXPECT_THAT(log_,
              ElementsAre("opening", "open", "opening", "open", "inner",
                          "closing", "closed", "outer", "closing", "closed"));
}

// ---- what the block gives

Coroutine<int> adds_one_by_reference(Log& log) {
  int number = 1;
  int& same =
      co_await async_with(Connection(log), [&](Connection&) -> Coroutine<int&> {
        ++number;
        co_return number;
      });
  ++same;
  co_return number;
}

TEST_F(AsyncWithTest, GivesAReference) {
  EXPECT_EQ(run(adds_one_by_reference(log_)), 3);
}

Coroutine<std::unique_ptr<int>> makes_one(Log& log) {
  std::unique_ptr<int> made = co_await async_with(
      Connection(log), [](Connection&) -> Coroutine<std::unique_ptr<int>> {
        co_return std::make_unique<int>(3);
      });
  co_return std::move(made);
}

TEST_F(AsyncWithTest, GivesWhatCanOnlyBeMoved) {
  EXPECT_THAT(run(makes_one(log_)), testing::Pointee(3));
}

Coroutine<int> runs_a_block_that_owns(Log& log) {
  const auto owned = std::make_shared<int>(5);
  const auto block = [owned](Connection&) -> Coroutine<int> {
    co_await sleep(1s);
    co_return *owned;
  };
  const int result = co_await async_with(Connection(log), block);
  co_return result;
}

TEST_F(AsyncWithTest, TakesABlockThatHasANameAndOwnsSomething) {
  EXPECT_EQ(run(runs_a_block_that_owns(log_)), 5);
}

Coroutine<int> ask_ten(Connection& connection) {
  return connection.ask(10);
}

Coroutine<int> runs_a_function(Log& log) {
  const int result = co_await async_with(Connection(log), ask_ten);
  co_return result;
}

TEST_F(AsyncWithTest, TakesAFunction) {
  EXPECT_EQ(run(runs_a_function(log_)), 11);
}

Coroutine<> runs_a_sleep(Log& log) {
  co_await async_with(Connection(log), [](Connection&) { return sleep(1s); });
}

TEST_F(AsyncWithTest, TakesABlockThatGivesAnythingToAwait) {
  run(runs_a_sleep(log_));
  EXPECT_EQ(now(), 3);
}

// ---- what it takes

struct ClosesAtOnce {
  Coroutine<> aenter() { co_return; }
  void aexit(std::exception_ptr) {}
};
struct SaysThatNothingHappened {
  Coroutine<> aenter() { co_return; }
  Coroutine<bool> aexit(std::exception_ptr) { co_return true; }
};
static_assert(AsyncResource<Connection>);
static_assert(!AsyncResource<ClosesAtOnce>);
static_assert(!AsyncResource<SaysThatNothingHappened>);
static_assert(!AsyncResource<int>);

// ---- the loop closes

TEST_F(AsyncWithTest, IsDestroyedWhereverItStandsWhenTheLoopCloses) {
  collect_reports();
  for (const auto delay : {0ms, 500ms, 1500ms, 2500ms}) {
    close_loop();
    loop_ = new_loop(virtual_time);
    collect_reports();
    start(asks_once(log_));
    const auto waits = [](Clock::duration time) -> Coroutine<> {
      co_await sleep(time);
    };
    run(waits(delay));
    EXPECT_GT(Counted::alive, 0);
    close_loop();
    EXPECT_EQ(Counted::alive, 0);
  }
}

}  // namespace
}  // namespace asyncio
