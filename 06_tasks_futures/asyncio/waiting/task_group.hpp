// Tasks that none outlives: a block that ends when all of its tasks have.
#pragma once

#include <exception>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/scoped_callback.hpp"
#include "06_tasks_futures/asyncio/waiting/exception_group.hpp"

namespace asyncio {

/// The tasks of one block. The end of the block waits for all of them. If one
/// fails, or the block does, the others are cancelled, the block too, and all
/// that they threw comes out as one ExceptionGroup; to be cancelled is no
/// failure. KeyboardInterrupt comes out alone. Whoever cancels the task that
/// the block is in cancels all. It dies before its loop.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() = default;

  /// Awaits what `block(*this)` makes, and gives what that comes to, once all
  /// tasks have ended. Throws RuntimeError the second time.
  template <typename Block>
  Coroutine<BlockResult<Block, TaskGroup>> run(Block&& block) {
    static_assert(DestroyedOnce<Block>, "name the block first");
    return run_in<Block>(this, std::forward<Block>(block));
  }

  /// A task more, from the block, or from one of its tasks. Takes coroutines,
  /// and whatever else can be awaited but futures. Throws RuntimeError before
  /// the block, after its end, and once the tasks are being cancelled.
  template <BecomesFuture A>
    requires(!FutureHandle<A>)
  Task<AwaitResult<A>> create_task(A&& awaitable, std::string_view name = {}) {
    auto coroutine = as_coroutine(std::forward<A>(awaitable));
    if (const char* reason = why_closed()) {
      coroutine.release().handle().destroy();
      throw RuntimeError("TaskGroup " + text() + " " + reason);
    }
    const auto task = loop_->create_task(std::move(coroutine), name);
    add(AnyTask(task));
    return task;
  }

  /// The block begins.
  void enter();
  /// It ends, with an exception if there is one: waits for all, and throws what
  /// is to come out, if anything.
  Coroutine<> exit(std::exception_ptr thrown);

  template <typename Block>
  static Coroutine<BlockResult<Block, TaskGroup>> run_in(TaskGroup* given,
                                                         Block block);

 private:
  class AllDone;
  struct Child {
    explicit Child(AnyTask its_task) : task(std::move(its_task)) {}
    AnyTask task;
    std::optional<ScopedCallback> callback;
  };
  using Children = std::list<Child>;

  [[nodiscard]] const char* why_closed() const noexcept;
  [[nodiscard]] std::string text() const;
  void add(const AnyTask& task);
  void on_task_done(Children::iterator child);
  void add_error(const std::exception_ptr& error);
  void cancel_all();
  Coroutine<> wait_for_all(std::exception_ptr& cancelled);

  EventLoop* loop_ = nullptr;  // once it is entered
  TaskBase* parent_ = nullptr;
  bool is_exiting_ = false;
  bool is_aborting_ = false;
  bool is_parent_cancelled_ = false;  // by this
  Children children_;                 // that have not ended
  std::vector<std::exception_ptr> errors_;
  std::exception_ptr interrupt_;
  std::optional<Future<>> all_done_;  // while the end is waited for
};

/// Runs `block` in `given`, or in a group of its own.
template <typename Block>
Coroutine<BlockResult<Block, TaskGroup>> TaskGroup::run_in(TaskGroup* given,
                                                           Block block) {
  TaskGroup own;
  TaskGroup& group = given ? *given : own;
  group.enter();
  Returned<BlockResult<Block, TaskGroup>> returned;
  std::exception_ptr thrown;
  try {
    if constexpr (std::is_void_v<BlockResult<Block, TaskGroup>>) {
      co_await block(group);
    } else {
      returned.return_value(co_await block(group));
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await group.exit(thrown);
  co_return returned.take();
}

/// `co_await task_group([&](TaskGroup& group) -> Coroutine<> { ... })`: runs
/// the block in a TaskGroup, and gives what it returns. A block that has a name
/// is only referred to.
template <typename Block>
Coroutine<BlockResult<Block, TaskGroup>> task_group(Block&& block) {
  static_assert(DestroyedOnce<Block>, "name the block first");
  return TaskGroup::run_in<Block>(nullptr, std::forward<Block>(block));
}

}  // namespace asyncio
