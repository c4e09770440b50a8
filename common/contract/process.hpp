// A command that we have started: the leader of its own session, so that whatever it forks can be
// found and ended with it. The destructor leaves nothing of it behind; should the contract itself
// be killed, the kernel kills the command.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "common/contract/command.hpp"
#include "common/contract/deadline.hpp"
#include "common/contract/transcript.hpp"
#include "common/net/descriptor.hpp"

namespace contract {

// What becomes of standard output and standard error. (`closed` closes standard input as well: then
// the server's first sockets get the numbers of all three.)
// `last_lines_read` is for servers that may print without end.
enum class Output { read, last_lines_read, first_line_read, closed };

struct Launch {
  Words words;
  Output output = Output::read;
  rlim_t max_descriptors = 4096;
  std::optional<int> core = {};  // the only one on which it may run
};

// How a process ended: what waitpid(2) says of it.
class Ending {
 public:
  explicit Ending(int status) : status_(status) {}
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_exit_with(int code) const;

 private:
  int status_;
};

class Process {
 public:
  explicit Process(const Launch& launch);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_running() { return !wait_for_end(Deadline(std::chrono::milliseconds{0})); }
  [[nodiscard]] std::optional<Ending> wait_for_end(const Deadline& deadline);
  void send_signal(int number) const;

  [[nodiscard]] Transcript& out() { return *out_; }
  [[nodiscard]] Transcript& err() { return *err_; }
  // How it ended, if it did, and the last lines it printed.
  [[nodiscard]] std::string report();

 private:
  void wait_for_last_words() const;
  void end_session() const;

  std::unique_ptr<Transcript> out_;
  std::unique_ptr<Transcript> err_;
  pid_t pid_ = -1;
  net::Descriptor pidfd_;
  std::optional<Ending> ending_;
};

// Kills whatever this process has started and what that has left to it, in whatever session.
void end_descendants();

// The same, and keeps this process from starting more: for a program that is about to end, from any
// thread.
void end_all_processes();

}  // namespace contract
