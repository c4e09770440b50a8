// Threads for calls that would block the loop: Python's
// concurrent.futures.ThreadPoolExecutor.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"
#include "06_tasks_futures/asyncio/executors/work_item.hpp"

namespace asyncio {

/// How many threads, and their names in ps(1) and gdb: `prefix_0`.
struct ThreadPoolOptions {
  /// Zero: as many as there are processors and four more, at most 32.
  std::size_t max_workers = 0;
  std::string_view thread_name_prefix = "asyncio";
};

/// Makes calls in threads of its own, first come, first served. A thread starts
/// when there is more to do than there are idle ones, and stays. Any thread may
/// call anything.
class ThreadPoolExecutor {
 public:
  explicit ThreadPoolExecutor(ThreadPoolOptions options = {});
  ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
  ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;
  /// Waits for all calls. Not in one of its own threads.
  ~ThreadPoolExecutor() { shutdown(); }

  // [region submit]
  /// Calls `function(arguments...)` in one of the threads; they are copied, or
  /// moved, there. Throws RuntimeError after `shutdown`, std::system_error if
  /// not even one thread can be had.
  template <typename Function, typename... Arguments>
  ConcurrentFuture<CallResult<Function, Arguments...>> submit(
      Function&& function, Arguments&&... arguments) {
    using Item = CallItem<CallResult<Function, Arguments...>,
                          std::decay_t<Function>, std::decay_t<Arguments>...>;
    auto item = std::make_unique<Item>(std::forward<Function>(function),
                                       std::forward<Arguments>(arguments)...);
    const auto future = item->future();
    add(std::move(item));
    return future;
  }
  // [end submit]

  /// Takes nothing more. `wait`: until all calls have ended, and the threads;
  /// in one of these threads that is a RuntimeError. `cancel_futures`: those
  /// that have not begun are cancelled. May be called again.
  void shutdown(bool wait = true, bool cancel_futures = false);

  /// How many threads there are now.
  [[nodiscard]] std::size_t size() const;

 private:
  void add(std::unique_ptr<WorkItem> item);
  void start_thread_if_needed();
  void work() noexcept;
  [[nodiscard]] std::unique_ptr<WorkItem> next();
  void cancel_waiting();
  void join_all();

  const std::size_t max_workers_;
  const std::string name_prefix_;
  mutable std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<WorkItem>> waiting_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;  // threads that wait for an item
  bool is_shut_down_ = false;
  std::mutex joining_;  // held by whoever waits for the threads
};

}  // namespace asyncio
