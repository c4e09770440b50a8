// Runs a program on our asyncio, on virtual time, and writes its trace: the
// twin of interpreter.py, which says what stands in it. Statements are
// functions by name, in files by subject.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"
#include "06_tasks_futures/oracle/described.hpp"
#include "06_tasks_futures/oracle/node.hpp"
#include "06_tasks_futures/oracle/program.hpp"
#include "06_tasks_futures/oracle/shared.hpp"

namespace asyncio {
class TaskGroup;
class Timeout;
}  // namespace asyncio

namespace oracle {

/// A body or a callback that runs.
struct Actor {
  explicit Actor(std::string its_name, std::string its_task = {})
      : who(std::move(its_name)), task(std::move(its_task)) {}

  std::string who;
  std::string task;  // none in a callback
  std::vector<asyncio::TaskGroup*> groups;
  std::vector<asyncio::Timeout*> timeouts;
  std::optional<int> returned;
  std::exception_ptr caught;
};

using Completed = asyncio::AsCompleted<asyncio::Future<int>>;

class Interpreter;

/// A statement that doesn't wait, one that does, and one with a block. What
/// they give stands in the trace.
using Act = std::string (*)(Interpreter&, Actor&, const Statement&);
using Wait = asyncio::Coroutine<std::string> (*)(Interpreter&, Actor&,
                                                 const Statement&);
using Scope = asyncio::Coroutine<> (*)(Interpreter&, Actor&, const Statement&);

struct Vocabulary {
  std::map<std::string, Act> acts;
  std::map<std::string, Wait> waits;
  std::map<std::string, Scope> scopes;
};

/// One run of a program. It outlives its coroutines, which refer to it.
class Interpreter {
 public:
  explicit Interpreter(const Program& program);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter();

  /// The trace.
  std::vector<std::string> run_all();

  // For the statements.
  void write(const std::string& who, const std::string& text,
             const std::string& outcome);
  void write(const std::string& who, const std::string& text,
             const std::exception_ptr& error);

  /// The next name that begins with `letter`: c1, c2, ...
  std::string name(char letter);
  /// So many have run that there are to be no more.
  [[nodiscard]] bool is_enough() const;

  /// What runs the body in `task`.
  asyncio::Coroutine<int> coroutine(
      const std::string& body, const std::string& task,
      std::vector<asyncio::TaskGroup*> groups = {});
  /// What the loop is to call, by the callback's number.
  [[nodiscard]] std::function<void()> callback(const std::string& number);
  /// The same for the end of a future.
  template <typename F>
  void on_done(const F& future, const std::string& number);

  asyncio::Coroutine<> run(Actor& actor, const Block& block);
  /// What it throws.
  asyncio::Coroutine<std::exception_ptr> error_of(Actor& actor,
                                                  const Block& block);

  /// Puts a new future into a slot, and gives its name.
  std::string keep(std::string name, Node::Future future,
                   const std::string& slot);
  /// What is in the slot, or is the task that runs (`me`); null if nothing.
  [[nodiscard]] Node* node(const std::string& slot, const Actor& actor);
  /// The same, if it has the future of a number.
  [[nodiscard]] Node* number_node(const std::string& slot);
  void put(const std::string& slot, Node& node) { slots_[slot] = &node; }
  /// Of a child without a slot: its end is not to be told.
  void keep_alive(const asyncio::Future<int>& future) {
    implicit_.push_back(future);
  }

  /// It would wait for itself, in a circle that `cancel` never leaves.
  [[nodiscard]] bool must_not_wait(const Actor& actor, const Node& node) const;
  /// Whom the task, or what gather gave, waits for.
  [[nodiscard]] std::vector<std::string>& waits_of(const std::string& task) {
    return waits_[task];
  }

  [[nodiscard]] asyncio::EventLoop& loop() { return loop_; }
  [[nodiscard]] Shared& shared() { return shared_; }
  [[nodiscard]] std::map<std::string, std::function<void()>>& handles() {
    return handles_;
  }
  [[nodiscard]] std::deque<std::unique_ptr<Completed>>& completed() {
    return completed_;
  }

 private:
  asyncio::Coroutine<int> run_body(Actor actor, const Block& block,
                                   std::string body);
  asyncio::Coroutine<> execute(Actor& actor, const Statement& each);
  void execute_now(Actor& actor, const Statement& each);
  void call(Actor& actor, const std::string& number, const std::string& state);

  void add_line(const std::string& line);
  void add_shared(const Words& words);
  void cancel_all();
  void write_states();
  void write_unretrieved();
  void release_all();
  void release_nodes();
  [[nodiscard]] bool reaches(const std::string& start,
                             const std::string& end) const;

  const Program& program_;
  asyncio::EventLoop loop_;
  bool is_over_ = false;
  std::vector<std::string> lines_;
  Shared shared_;
  std::deque<Node> nodes_;
  std::map<std::string, Node*> slots_;
  std::map<std::string, std::function<void()>> handles_;  // what cancels them
  std::deque<std::unique_ptr<Completed>> completed_;
  std::map<char, int> names_;
  std::map<std::string, std::vector<std::string>> waits_;
  std::vector<asyncio::Future<int>> implicit_;  // children without a slot
  std::string released_;                        // whose future goes, at the end
};

template <typename F>
void Interpreter::on_done(const F& future, const std::string& number) {
  auto actor = std::make_shared<Actor>(name('k'));
  future.add_done_callback([this, actor, number](const auto& done) {
    call(*actor, number, state_of(done));
  });
}

/// While it lives, the actor's task waits for those of that name.
class Waits {
 public:
  Waits(Interpreter& interpreter, const Actor& actor,
        const std::vector<std::string>& names)
      : waits_(interpreter.waits_of(actor.task)), names_(names) {
    waits_.insert(waits_.end(), names_.begin(), names_.end());
  }
  Waits(const Waits&) = delete;
  Waits& operator=(const Waits&) = delete;
  ~Waits();

 private:
  std::vector<std::string>& waits_;  // std::map keeps it in its place
  std::vector<std::string> names_;
};

/// `3` units of 1/512 s; `-` is none.
[[nodiscard]] std::optional<asyncio::Clock::duration> duration_of(
    const std::string& units);

// The statements, by subject.
void add_plain(Vocabulary& vocabulary);
void add_futures(Vocabulary& vocabulary);
void add_callbacks(Vocabulary& vocabulary);
void add_combined(Vocabulary& vocabulary);
void add_scopes(Vocabulary& vocabulary);
void add_locks(Vocabulary& vocabulary);
void add_queues(Vocabulary& vocabulary);

}  // namespace oracle
