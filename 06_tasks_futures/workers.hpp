// More than one thread: loops that share nothing, each in a thread of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "common/net/log.hpp"

namespace asyncio {

// [region worker]
/// A loop and its main task. One thread makes and destroys it, one runs it, and
/// any may stop it.
class Worker {
 public:
  /// Makes the loop, then calls `main`. Throws std::system_error.
  explicit Worker(const std::function<Coroutine<>()>& main,
                  RunOptions options = {})
      : runner_(options),
        loop_(runner_.get_loop()),
        main_(loop_.create_task(main())) {}

  /// Runs the task to its end, cancels what that has left, closes the loop.
  /// Calls `on_running` after the first step. Throws what the task throws,
  /// but not that it was cancelled.
  void run(std::function<void()> on_running);

  /// Cancels the task, once: where it waits, or is to wait next. It need not
  /// run yet.
  void stop();

 private:
  Runner runner_;
  EventLoop& loop_;
  Task<> main_;
  bool is_stopped_ = false;  // known in the loop's thread
};
// [end worker]

/// Runs workers, each in a thread of its own. All is called in one thread, that
/// which takes the signals.
class Workers {
 public:
  /// `options` say on which loops. The log outlives them.
  explicit Workers(net::Log& log, RunOptions options = {})
      : log_(log), options_(options) {}

  /// Before `run`: one more, which runs `main`. Throws std::system_error.
  void add(const std::function<Coroutine<>()>& main);

  /// Runs all until they end; SIGINT or SIGTERM cancels their tasks. Calls
  /// `on_running`, in one of the threads, when each has made its first step.
  /// One that fails is named on stderr, and the others go on. Gives how many
  /// have failed. Throws std::system_error if a thread cannot be had.
  [[nodiscard]] std::size_t run(std::function<void()> on_running);

 private:
  struct Thread {
    Thread(std::string worker_name, const std::function<Coroutine<>()>& main,
           RunOptions options)
        : name(std::move(worker_name)),
          worker(main, options),
          executor({.max_workers = 1, .thread_name_prefix = name}) {}

    std::string name;
    Worker worker;
    ThreadPoolExecutor executor;
  };

  Coroutine<> supervise();
  void take_signals();
  [[nodiscard]] Future<> start(Thread& thread);
  void run_in_thread(Thread& thread);
  void on_worker_running();
  void stop_all();

  net::Log& log_;
  RunOptions options_;
  std::function<void()> on_running_;
  std::atomic<std::size_t> running_ = 0;
  std::atomic<std::size_t> failed_ = 0;
  std::deque<Thread> threads_;  // they stay where they are
};

}  // namespace asyncio
