// Who awaits whom.
#include "06_tasks_futures/asyncio/debugging/call_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/debugging/debugging_test.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

Coroutine<> inner(Event& event) {
  co_await event.wait();
}
const int k_inner = line(-2);
Coroutine<> middle(Event& event) {
  co_await sleep(0s);
  co_await inner(event);
}
const int k_middle = line(-2);
template <typename T>
Coroutine<> awaits(Task<T> task) {
  co_await task;
}
const int k_awaits = line(-2);
Coroutine<> gathers(Task<> one, Task<> other) {
  co_await gather(one, other);
}
const int k_gathers = line(-2);

class CallGraphTest : public LoopTest {
 protected:
  void TearDown() override {
    event_.set();
    if (!loop().is_closed()) run_turns(10);
    LoopTest::TearDown();
  }
  Event event_;
};

std::string frame(int number, const std::string& function,
                  const std::string& indent = "") {
  return indent + "  |   File 'call_graph_test.cpp', line " +
         std::to_string(number) + ", in async " + function + "()\n";
}

TEST_F(CallGraphTest, ShowsTheFunctionsThatWaitForEachOther) {
  const auto task = start(middle(event_));
  run_turns(2);
  EXPECT_THAT(format_call_graph(task),
              MatchesRegex("\\* Task\\(name='Task-1'\\)\n"
                           "  \\+ Call stack:\n"
                           "  \\|   File 'event.cpp', line [0-9]+, in async "
                           "wait\\(\\)\n" +
                           std::string("(.|\n)*")));
  EXPECT_THAT(format_call_graph(task),
              HasSubstr(frame(k_inner, "inner") + frame(k_middle, "middle")));
}

TEST_F(CallGraphTest, ShowsWhereAFunctionBeginsIfItHasNotBegun) {
  const auto task = start(middle(event_));
  EXPECT_THAT(format_call_graph(task), Not(HasSubstr("sleep")));
  EXPECT_THAT(format_call_graph(task), HasSubstr("in async middle()\n"));
  run_turns(1);
  EXPECT_THAT(format_call_graph(task),
              HasSubstr(frame(k_middle - 1, "middle")));
}

TEST_F(CallGraphTest, ShowsTheTasksThatWaitForEachOther) {
  const auto one = start(middle(event_));
  const auto two = start(awaits(one));
  const auto three = start(awaits(two));
  run_turns(3);
  EXPECT_THAT(format_call_graph(one),
              HasSubstr("  + Awaited by:\n"
                        "    * Task(name='Task-2')\n"
                        "      + Call stack:\n" +
                        frame(k_awaits, "awaits", "    ") +
                        "      + Awaited by:\n"
                        "        * Task(name='Task-3')\n"
                        "          + Call stack:\n" +
                        frame(k_awaits, "awaits", "        ")));
  EXPECT_THAT(format_call_graph(three), Not(HasSubstr("Awaited by")));
}

TEST_F(CallGraphTest, ShowsWhoGathers) {
  const auto one = start(middle(event_));
  const auto other = start(middle(event_));
  start(gathers(one, other));
  run_turns(3);
  for (const auto& each : {one, other}) {
    EXPECT_THAT(format_call_graph(each),
                HasSubstr("  + Awaited by:\n"
                          "    * Task(name='Task-3')\n"
                          "      + Call stack:\n" +
                          frame(k_gathers, "gathers", "    ")));
  }
}

Coroutine<> groups(Event& event) {
  co_await task_group([&](TaskGroup& group) -> Coroutine<> {
    group.create_task(middle(event), "child");
    co_return;
  });
}

TEST_F(CallGraphTest, ShowsWhoseGroupWaits) {
  const auto task = start(groups(event_));
  run_turns(3);
  const AnyTask child = all_tasks(loop()).back();
  EXPECT_EQ(child.get_name(), "child");
  EXPECT_THAT(format_call_graph(child),
              HasSubstr("  + Awaited by:\n    * Task(name='Task-1')\n"));
  EXPECT_THAT(format_call_graph(task), HasSubstr("in async groups()\n"));
}

Coroutine<> prints_all() {
  print_call_graph();
  co_return;
}

TEST_F(CallGraphTest, PrintsAllTasksAndThoseWhoWaitBelowTheOthers) {
  const auto one = start(middle(event_));
  start(awaits(one));
  run_turns(3);
  const std::string told = stderr_of([&] { run(prints_all()); });
  for (const char* name : {"Task-1", "Task-2", "Task-3"}) {
    const std::string task = "Task(name='" + std::string(name) + "')";
    const auto place = told.find(task);
    EXPECT_NE(place, std::string::npos) << task << " in " << told;
    EXPECT_EQ(told.find(task, place + 1), std::string::npos) << told;
  }
}

TEST_F(CallGraphTest, WritesWhoAwaitsATaskOnce) {
  const auto one = start(middle(event_));
  const auto other = start(middle(event_));
  const auto both = start(gathers(one, other));
  start(awaits(both));
  run_turns(4);
  const std::string told = stderr_of([&] { run(prints_all()); });
  EXPECT_THAT(told,
              HasSubstr("      + Awaited by:\n        * Task(name='Task-4')"));
  EXPECT_THAT(told, HasSubstr("      + Awaited by: ...\n"));
  const std::size_t first = told.find("Task-4");
  EXPECT_EQ(told.find("Task-4", first + 1), std::string::npos);
}

TEST_F(CallGraphTest, IsNoDeeperThanAHundredSteps) {
  std::vector<Task<>> chain{start(middle(event_))};
  for (int i = 0; i < 250; ++i) chain.push_back(start(awaits(chain.back())));
  run_turns(3);
  const std::string told = stderr_of([&] { run(prints_all()); });
  for (const auto& task : chain) {
    EXPECT_THAT(told, HasSubstr("(name='" + task.get_name() + "')"));
  }
  EXPECT_THAT(told, Not(HasSubstr(std::string(404, ' '))));
  event_.set();
  run(chain.back());
}

// Each of them waits for the other, and both for ever.
Coroutine<> waits_for_the_other(std::optional<Task<>>& other) {
  co_await sleep(0s);
  co_await *other;
}

TEST_F(CallGraphTest, EndsWhereTasksWaitInACircle) {
  std::optional<Task<>> one;
  std::optional<Task<>> other;
  one = start(waits_for_the_other(other));
  other = start(waits_for_the_other(one));
  run_turns(3);
  EXPECT_THAT(format_call_graph(*one), HasSubstr("Task-2"));
  EXPECT_THAT(stderr_of([&] { run(prints_all()); }), HasSubstr("Task-2"));
  collect_reports();
  loop().close();
  EXPECT_EQ(reports_.size(), 2);
}

}  // namespace
}  // namespace asyncio
