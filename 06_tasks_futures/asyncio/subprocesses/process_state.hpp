// A child process in a loop: its pipes, its end, and who waits for that.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/closing.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"
#include "06_tasks_futures/asyncio/streams/stream.hpp"
#include "06_tasks_futures/asyncio/subprocesses/child.hpp"
#include "06_tasks_futures/asyncio/subprocesses/spawn.hpp"

namespace asyncio {

/// Owns a child, and reaps it when it ends: until then it is alive, handles or
/// not. Its pipes are its own only while there are handles. A loop that closes
/// kills it. The loop's thread.
class ProcessState final : public Counted<ProcessState>,
                           private ClosedWithLoop {
 public:
  /// What the child has written to stdout, and to stderr.
  using Output = std::pair<std::string, std::string>;

  /// Throws std::system_error, std::bad_alloc: the child is killed then.
  ProcessState(EventLoop& loop, Spawned spawned, std::size_t limit);

  [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }
  [[nodiscard]] std::optional<int> returncode() const noexcept {
    return child_.returncode();
  }
  void send_signal(int signal) const { child_.send_signal(signal); }

  /// Our end of the pipe that is the child's stdin, stdout or stderr. Throws
  /// RuntimeError if it is no pipe.
  [[nodiscard]] Stream& pipe(int fd) const;

  static Coroutine<int> wait(Ref<ProcessState> process);
  static Coroutine<Output> communicate(Ref<ProcessState> process,
                                       std::string input);

 private:
  friend class Counted<ProcessState>;
  ~ProcessState() override = default;
  void die() noexcept;
  void on_end();
  void on_loop_close() noexcept override;
  void finish() noexcept;
  void feed(const std::string& input) const;
  [[nodiscard]] std::string take(int fd) const;

  EventLoop* loop_;
  Child child_;
  std::array<Ref<Stream>, 3> pipes_;  // by the child's descriptor
  Waiters waiters_;
};

}  // namespace asyncio
