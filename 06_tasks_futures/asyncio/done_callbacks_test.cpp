// What is called when a future is done: in its order, a turn later, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/future.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::Counted;

class DoneCallbackTest : public LoopTest {
 protected:
  /// Writes `name` down when the future is done.
  auto noting(std::string name) {
    return [this, name = std::move(name)](const auto& /*future*/) {
      log_.push_back(name);
    };
  }
};

// test_callbacks_invoked_on_set_result, _on_set_exception
TEST_F(DoneCallbackTest, CallsItsCallbacksInTheirOrderInTheTurnAfterItsEnd) {
  const auto future = loop().create_future<int>();
  future.add_done_callback(noting("42"));
  future.add_done_callback(noting("17"));
  future.set_result(1);
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("42", "17"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("42", "17"));
}

TEST_F(DoneCallbackTest, CallsThemWhenItFailsOrIsCancelledAsWell) {
  const Future<> failed = loop().create_future();
  const Future<> cancelled = loop().create_future();
  failed.add_done_callback(noting("failed"));
  cancelled.add_done_callback(noting("cancelled"));
  cancelled.cancel();
  failed.set_exception(CustomError());
  EXPECT_TRUE(failed.exception());
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("cancelled", "failed"));
}

TEST_F(DoneCallbackTest, ACallbackThatComesAfterTheEndIsScheduledToo) {
  const Future<> future = loop().create_future();
  future.set_result();
  loop().call_soon(note("before"));
  future.add_done_callback(noting("done"));
  loop().call_soon(note("after"));
  EXPECT_THAT(log_, IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("before", "done", "after"));
}

Coroutine<> awaits(Future<int> future, Log& log) {
  log.emplace_back("begins to wait");
  const int result = co_await future;
  log.push_back("is given " + std::to_string(result));
}

TEST_F(DoneCallbackTest, ItsCallbacksAndThoseWhoAwaitItWaitInOneQueue) {
  const auto future = loop().create_future<int>();
  future.add_done_callback(noting("first"));
  loop().create_task(awaits(future, log_));
  run_turns(1);
  future.add_done_callback(noting("last"));
  future.set_result(1);
  run_turns(1);
  EXPECT_THAT(log_,
              ElementsAre("begins to wait", "first", "is given 1", "last"));
}

TEST_F(DoneCallbackTest, GivesItselfToItsCallbacks) {
  const auto future = loop().create_future<int>();
  future.add_done_callback([&](const Future<int>& done) {
    EXPECT_EQ(done, future);
    log_.push_back(std::to_string(done.result()));
  });
  future.set_result(5);
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("5"));
}

TEST_F(DoneCallbackTest, MayBeHeldByNobodyButTheCallbacksThatAreDue) {
  {
    const auto future = loop().create_future<std::string>();
    future.add_done_callback([&](const Future<std::string>& done) {
      log_.push_back(done.result());
    });
    future.set_result("kept");
  }
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("kept"));
}

TEST_F(DoneCallbackTest, ACallbackThatThrowsKeepsNoOtherFromItsCall) {
  collect_reports();
  const Future<> future = loop().create_future();
  future.add_done_callback([](const Future<>&) { throw CustomError(); });
  future.add_done_callback(noting("next"));
  future.set_result();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("next"));
  EXPECT_THAT(reports_,
              ElementsAre("Exception in callback: not a std::exception"));
}

TEST_F(DoneCallbackTest, ACallbackMayAddAnother) {
  const Future<> future = loop().create_future();
  future.add_done_callback([this](const Future<>& done) {
    log_.emplace_back("first");
    done.add_done_callback(noting("second"));
  });
  future.set_result();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first"));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("first", "second"));
}

TEST_F(DoneCallbackTest, ACallbackMayBeMoveOnly) {
  const Future<> future = loop().create_future();
  future.add_done_callback(
      [this, text = std::make_unique<std::string>("moved")](const Future<>&) {
        log_.push_back(*text);
      });
  future.set_result();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("moved"));
}

/// Three callbacks, some of which are removed.
class RemovedCallbacks : public DoneCallbackTest {
 protected:
  void SetUp() override {
    for (const char* name : {"42", "17", "100"}) {
      callbacks_.push_back(future_.add_done_callback(noting(name)));
    }
  }
  void finish() {
    future_.set_result();
    run_turns(1);
  }

  Future<> future_ = loop().create_future();
  std::vector<Handle> callbacks_;
};

// test_callbacks_remove_first_callback, ..._first_and_second_, ..._third_
TEST_F(RemovedCallbacks, TheFirstIsNotCalled) {
  EXPECT_TRUE(future_.remove_done_callback(callbacks_[0]));
  EXPECT_FALSE(future_.remove_done_callback(callbacks_[0]));
  finish();
  EXPECT_THAT(log_, ElementsAre("17", "100"));
}

TEST_F(RemovedCallbacks, TheFirstAndTheSecondAreNotCalled) {
  EXPECT_TRUE(future_.remove_done_callback(callbacks_[0]));
  EXPECT_TRUE(future_.remove_done_callback(callbacks_[1]));
  EXPECT_FALSE(future_.remove_done_callback(callbacks_[0]));
  finish();
  EXPECT_THAT(log_, ElementsAre("100"));
}

TEST_F(RemovedCallbacks, TheLastIsNotCalledAndAnotherMayFollow) {
  EXPECT_TRUE(future_.remove_done_callback(callbacks_[2]));
  future_.add_done_callback(noting("101"));
  finish();
  EXPECT_THAT(log_, ElementsAre("42", "17", "101"));
}

TEST_F(RemovedCallbacks, NoneIsCalledIfAllAreRemoved) {
  for (const Handle& callback : callbacks_) {
    EXPECT_TRUE(future_.remove_done_callback(callback));
  }
  future_.add_done_callback(noting("another"));
  finish();
  EXPECT_THAT(log_, ElementsAre("another"));
}

TEST_F(RemovedCallbacks, OnesOfAnotherFutureAreNotRemoved) {
  const Future<> other = loop().create_future();
  EXPECT_FALSE(other.remove_done_callback(callbacks_[1]));
  finish();
  EXPECT_THAT(log_, ElementsAre("42", "17", "100"));
}

// test_schedule_callbacks_list_mutation_1: once scheduled, it is too late.
TEST_F(RemovedCallbacks, OneThatIsScheduledIsCalledUnlessItIsCancelled) {
  future_.set_result();
  EXPECT_FALSE(future_.remove_done_callback(callbacks_[0]));
  callbacks_[1].cancel();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("42", "100"));
}

TEST_F(RemovedCallbacks, OneThatIsCancelledIsNotCalledEither) {
  callbacks_[1].cancel();
  finish();
  EXPECT_THAT(log_, ElementsAre("42", "100"));
}

TEST_F(RemovedCallbacks, OneIsLetGoWhenItIsRemoved) {
  const Handle handle =
      future_.add_done_callback([counted = Counted()](const Future<>&) {});
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_TRUE(future_.remove_done_callback(handle));
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace asyncio
