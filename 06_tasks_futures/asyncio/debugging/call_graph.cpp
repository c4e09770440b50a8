#include "06_tasks_futures/asyncio/debugging/call_graph.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "05_coroutines/never_awaited.hpp"
#include "06_tasks_futures/asyncio/debugging/repr.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {
namespace {

std::string line_of(Place place) {
  const std::string_view file = coroutines::last_part(place.file_name());
  return "File " + repr(file) + ", line " + std::to_string(place.line()) +
         ", in async " + repr_of_function(place) + "()";
}

constexpr std::size_t k_deepest = 100;

/// Writes graphs. Who awaits a task is written once, and not too deep.
class CallGraph {
 public:
  explicit CallGraph(const EventLoop& loop) {
    for (TaskBase* task = loop.newest_task(); task; task = task->older()) {
      tasks_.push_back(task);
    }
    std::reverse(tasks_.begin(), tasks_.end());
    for (TaskBase* task : tasks_) find_awaited_by(*task);
  }

  /// Of those that wait for no other, and then of those in circles.
  void write_all() {
    for (TaskBase* task : tasks_) {
      if (!waits_for_task_.contains(task)) write(*task);
    }
    for (TaskBase* task : tasks_) {
      if (!written_.contains(task)) write(*task);
    }
  }

  void write(TaskBase& task, std::size_t depth = 0) {
    const std::string indent(4 * depth, ' ');
    text_ += indent + "* Task(name=" + repr(task.name()) + ")\n" + indent +
             "  + Call stack:\n";
    for (const Frame* f = task.innermost(); f; f = f->caller) {
      text_ += indent + "  |   " + line_of(f->place) + "\n";
    }
    const auto those = awaited_by_.find(&task);
    const bool is_new = written_.insert(&task).second;
    if (those == awaited_by_.end()) return;
    text_ += indent + "  + Awaited by:";
    if (!is_new || depth == k_deepest) {
      text_ += " ...\n";
      return;
    }
    text_ += '\n';
    for (TaskBase* other : those->second) write(*other, depth + 1);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void find_awaited_by(TaskBase& task) {
    if (!task.waited()) return;
    task.waited()->visit_futures([&](FutureBase& future) {
      TaskBase* awaited = future.as_task();
      if (!awaited || future.done()) return;
      std::vector<TaskBase*>& those = awaited_by_[awaited];
      const bool is_known = !those.empty() && those.back() == &task;
      if (!is_known) those.push_back(&task);
      waits_for_task_.insert(&task);
    });
  }

  std::vector<TaskBase*> tasks_;  // the oldest first
  std::map<const TaskBase*, std::vector<TaskBase*>> awaited_by_;
  std::set<const TaskBase*> waits_for_task_;
  std::set<const TaskBase*> written_;
  std::string text_;
};

}  // namespace

std::string format_call_graph(const AnyTask& task) {
  CallGraph graph(task.get_loop());
  graph.write(*task.state().as_task());
  return graph.take();
}

void print_call_graph() {
  CallGraph graph(get_running_loop());
  graph.write_all();
  std::fputs(graph.take().c_str(), stderr);
}

}  // namespace asyncio
