// Other programs: to start them, to talk to them, and to wait for their end.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"
#include "06_tasks_futures/asyncio/subprocesses/redirection.hpp"

namespace asyncio {

class ProcessState;

/// A handle of a program that was started; copies share it. To let it go stops
/// nothing: the program runs on, and is reaped when it ends, but its pipes are
/// closed, unless somebody has their readers or writers. A loop that closes
/// kills (SIGKILL) and reaps those that still run; not what they have started,
/// and not what has become another user's. `stdin` and the like are macros in
/// C: hence the underscores. One thread.
class Process {
 public:
  explicit Process(ProcessState& state) noexcept;
  Process(const Process& other) noexcept;
  Process& operator=(const Process& other) noexcept;
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept;
  /// How it has ended, once the loop knows: its exit code, or the negative
  /// number of the signal that has killed it; 255 if another has waited for it,
  /// as happens where SIGCHLD is ignored.
  [[nodiscard]] std::optional<int> returncode() const noexcept;

  /// Our ends of its pipes. Throw RuntimeError where there is none.
  [[nodiscard]] StreamWriter stdin_() const;
  [[nodiscard]] StreamReader stdout_() const;
  [[nodiscard]] StreamReader stderr_() const;

  /// Waits for its end, and gives the returncode. Any number of tasks may. It
  /// reads nothing: a program whose pipe is full does not end.
  Coroutine<int> wait() const;
  /// Sends `input` and closes its stdin; reads all that it writes to stdout and
  /// stderr, whatever the limit, and gives that (nothing, where there is no
  /// pipe), once it has ended. Whether it reads the input is its own affair. To
  /// be cancelled changes nothing: the input is sent, once, and what was read
  /// waits for the next one who asks. Throws RuntimeError if there is input and
  /// no pipe for it, or if somebody else reads.
  Coroutine<std::pair<std::string, std::string>> communicate(
      std::string input = {}) const;

  /// By pidfd_send_signal(2): it never reaches another process. Throws
  /// std::system_error: ESRCH (Python: ProcessLookupError) if it has ended, and
  /// the loop knows; EPERM.
  void send_signal(int signal) const;
  void terminate() const { send_signal(SIGTERM); }
  void kill() const { send_signal(SIGKILL); }

 private:
  Ref<ProcessState> state_;
};

/// What a program finds in its environment, by name: environ(7).
using Environment = std::map<std::string, std::string>;

/// This process's, as it is now: Python's os.environ.copy(). Not while another
/// thread changes it (setenv(3)).
[[nodiscard]] Environment current_environment();

/// How a program is started. All is copied before `create_subprocess_...`
/// returns.
// Left out: to pass on other descriptors, process groups, users, umask, and a
// function to be called in the child.
struct SubprocessOptions {
  Redirection stdin_ = {};
  Redirection stdout_ = {};
  Redirection stderr_ = {};
  /// How long a line may be, in bytes.
  std::size_t limit = 64 * 1024;
  /// Where it starts, and is looked for if its path is relative; empty: where
  /// this process is.
  std::string_view cwd = {};
  /// Instead of this process's, if it is not null.
  const Environment* env = nullptr;
  /// It gets a session of its own, without a terminal: setsid(2).
  bool start_new_session = false;
};
static_assert(
    std::is_trivially_destructible_v<SubprocessOptions>);  // as GCC 12 asks

/// What an argument can be made of: literals, strings, paths.
template <typename T>
concept ArgumentText = std::convertible_to<T, std::string> ||
                       std::convertible_to<T, std::string_view>;

/// Starts a program with its arguments, none of which a shell sees; `command`
/// begins with the program, which is looked for in this process's PATH. Throws
/// std::system_error that names it if it cannot be run; ValueError if the
/// options make no sense. It needs Linux 5.4.
Coroutine<Process> create_subprocess_exec(const SubprocessOptions& options,
                                          std::vector<std::string> command);
template <ArgumentText... Texts>
  requires(sizeof...(Texts) > 0)
Coroutine<Process> create_subprocess_exec(const SubprocessOptions& options,
                                          Texts&&... command) {
  std::vector<std::string> texts;
  texts.reserve(sizeof...(Texts));
  (texts.emplace_back(std::forward<Texts>(command)), ...);
  return create_subprocess_exec(options, std::move(texts));
}
template <ArgumentText... Texts>
  requires(sizeof...(Texts) > 0)
Coroutine<Process> create_subprocess_exec(Texts&&... command) {
  return create_subprocess_exec(SubprocessOptions(),
                                std::forward<Texts>(command)...);
}

/// The same of what a shell is to run: `/bin/sh -c command`. What is pasted
/// into it from elsewhere is run too.
Coroutine<Process> create_subprocess_shell(const SubprocessOptions& options,
                                           std::string command);
Coroutine<Process> create_subprocess_shell(std::string command);

}  // namespace asyncio
