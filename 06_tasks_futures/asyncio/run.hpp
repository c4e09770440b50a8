// The way in: a loop that lives for as long as the program's main coroutine.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/interrupts.hpp"

namespace asyncio {

/// How the loop is made.
struct RunOptions {
  /// Null: in real time, on the selector that fits.
  std::unique_ptr<EventLoop> (*loop_factory)() = nullptr;
  /// Debug mode: see EventLoop. None: as the environment says.
  std::optional<bool> debug = std::nullopt;
};

/// Runs one main coroutine after the other on one loop, which it owns. What one
/// of them leaves behind goes on in the next run. One thread.
class Runner {
 public:
  explicit Runner(RunOptions options = {}) noexcept : options_(options) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  /// Closes it; what that throws is told on stderr.
  ~Runner();

  /// Runs `main` to its end, and gives what it returns, or throws what it
  /// throws. Throws RuntimeError inside of a running loop, and after `close`.
  /// SIGINT cancels `main`: KeyboardInterrupt comes out when it has ended, or
  /// at the second SIGINT (see Interrupts).
  template <typename T>
  T run(Coroutine<T> main) {
    check_no_loop_runs("Runner.run()");
    EventLoop& loop = get_loop();
    const Task<T> task = loop.create_task(std::move(main));
    const Interrupts interrupts(loop, task.state().as_task());
    loop.run_until_done(task);
    interrupts.check();
    return task.state().take();
  }

  /// The loop: made by the first call, closed by `close`, gone with the Runner.
  /// Throws RuntimeError after `close`.
  [[nodiscard]] EventLoop& get_loop();

  /// Cancels the tasks that are left, runs until they have ended, and closes
  /// the loop. What they fail with goes to its exception handler. Throws what
  /// ends the run before that, such as KeyboardInterrupt, which SIGINT is here;
  /// RuntimeError inside of a running loop.
  void close();

  /// Throws RuntimeError, in the name of `caller`, inside of a running loop.
  static void check_no_loop_runs(const char* caller);

 private:
  RunOptions options_;
  std::unique_ptr<EventLoop> loop_;
};

/// Runs `main` on a new loop, and gives what it returns, or throws what it
/// throws. The tasks that it leaves are cancelled, and awaited, before. Throws
/// RuntimeError inside of a running loop.
template <typename T>
T run(Coroutine<T> main, RunOptions options = {}) {
  Runner::check_no_loop_runs("asyncio.run()");
  try {
    Runner runner(options);
    if constexpr (std::is_void_v<T>) {
      runner.run(std::move(main));
      runner.close();
    } else {
      T result = runner.run(std::move(main));
      runner.close();
      return result;
    }
  } catch (...) {
    throw;  // if nobody else catches it, nothing would be cleaned up
  }
}

/// The same in virtual time: `run(main(), virtual_time)`.
template <typename T>
T run(Coroutine<T> main, VirtualTime) {
  return run(std::move(main), RunOptions{[] {
               return std::make_unique<EventLoop>(virtual_time);
             }});
}

}  // namespace asyncio
