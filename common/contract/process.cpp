#include "common/contract/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <mutex>
#include <system_error>

#include "common/contract/process_tree.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

// Small, so that a few hundred log lines fill a pipe that nobody reads.
constexpr int k_unread_pipe_size = 4096;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  net::Descriptor read_end;
  net::Descriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {net::Descriptor(fds[0]), net::Descriptor(fds[1])};
}

Pipe make_output_pipe(Output output) {
  Pipe made = make_pipe();
  if (output == Output::first_line_read) {
    fcntl(made.write_end.get(), F_SETPIPE_SZ, k_unread_pipe_size);
  }
  return made;
}

// Held while a process is started; for good by whoever ends them all.
std::mutex& starting() {
  static std::mutex mutex;
  return mutex;
}

pid_t fork_alone() {
  const std::lock_guard alone(starting());
  return fork();
}

// Everything from here to exec runs in the forked child, where only async-signal-safe calls are
// allowed: the contract has threads.

// A parent may have had these ignored, and a server would inherit that; one that dies of SIGPIPE
// would seem to be immune.
void reset_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGCHLD}) {
    signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void die_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the call above
}

void redirect(Output output, const Pipe& out, const Pipe& err) {
  if (output == Output::closed) {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
    return;
  }
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  if (null > STDERR_FILENO) close(null);
  dup2(out.write_end.get(), STDOUT_FILENO);
  dup2(err.write_end.get(), STDERR_FILENO);
}

void stay_on(const std::optional<int>& core) {
  if (!core) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(*core), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

[[noreturn]] void become_command(char* const* words, const Pipe& trouble) {
  execvp(words[0], words);
  const int error = errno;
  [[maybe_unused]] const ssize_t ignored = write(trouble.write_end.get(), &error, sizeof error);
  _exit(127);
}

// Back in the contract.

std::vector<char*> as_argv(Words& words) {
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  return argv;
}

// The pipe closes itself when exec succeeds, and carries errno when it does not.
void expect_started(Pipe& trouble, const std::string& program, pid_t pid) {
  trouble.write_end.close();
  int error = 0;
  if (read(trouble.read_end.get(), &error, sizeof error) > 0) {
    waitpid(pid, nullptr, 0);
    throw std::system_error(error, std::generic_category(), "cannot start " + program);
  }
}

Transcript::Reading reading_for(Output output) {
  switch (output) {
    case Output::first_line_read: return Transcript::Reading::first_line;
    case Output::last_lines_read: return Transcript::Reading::last_lines;
    default: return Transcript::Reading::everything;
  }
}

rlim_t at_most_hard_limit(rlim_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return std::min(wanted, limit.rlim_max);
}

}  // namespace

std::string Ending::text() const {
  if (WIFEXITED(status_)) return "exited with " + std::to_string(WEXITSTATUS(status_));
  return "was killed by signal " + std::to_string(WTERMSIG(status_)) + " (" +
         strsignal(WTERMSIG(status_)) + ")";
}

bool Ending::is_exit_with(int code) const {
  return WIFEXITED(status_) && WEXITSTATUS(status_) == code;
}

Process::Process(const Launch& launch) {
  Words words = launch.words;
  const std::vector<char*> argv = as_argv(words);
  const rlim_t descriptors = at_most_hard_limit(launch.max_descriptors);
  const rlimit limit{descriptors, descriptors};
  Pipe out = make_output_pipe(launch.output);
  Pipe err = make_pipe();
  Pipe trouble = make_pipe();
  const pid_t parent = getpid();

  pid_ = fork_alone();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    setsid();
    die_with_parent(parent);
    reset_signals();
    redirect(launch.output, out, err);
    setrlimit(RLIMIT_NOFILE, &limit);
    stay_on(launch.core);
    become_command(argv.data(), trouble);
  }
  pidfd_ = net::Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  out.write_end.close();
  err.write_end.close();
  out_ = std::make_unique<Transcript>(std::move(out.read_end), reading_for(launch.output));
  err_ =
      std::make_unique<Transcript>(std::move(err.read_end), launch.output == Output::last_lines_read
                                                                ? Transcript::Reading::last_lines
                                                                : Transcript::Reading::everything);
  expect_started(trouble, words.front(), pid_);
}

Process::~Process() {
  end_session();
}

std::optional<Ending> Process::wait_for_end(const Deadline& deadline) {
  if (ending_ || !wait_for(pidfd_.get(), POLLIN, deadline)) return ending_;
  int status = 0;
  if (waitpid(pid_, &status, 0) == pid_) ending_ = Ending(status);
  return ending_;
}

void Process::send_signal(int number) const {
  // Not kill(2): the number of a process that has ended may belong to another by now.
  syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

std::string Process::report() {
  const std::optional<Ending> ending = wait_for_end(Deadline(0ms));
  if (ending) wait_for_last_words();
  std::string text = "the server " + (ending ? ending->text() : "is running");
  const std::string printed = last_lines(out_->text()), complaints = last_lines(err_->text());
  if (!printed.empty()) text += "\n--- its standard output ends:\n" + printed;
  if (!complaints.empty()) text += "\n--- its standard error ends:\n" + complaints;
  return text;
}

// The threads that read them may not have seen them yet. Somebody else may hold the pipes open,
// hence the short wait.
void Process::wait_for_last_words() const {
  const Deadline soon(200ms);
  out_->wait_for_end(soon);
  err_->wait_for_end(soon);
}

// The contract is the subreaper of what it starts (see main), so orphans of a server come to it
// and can be waited for.
void Process::end_session() const {
  const bool all_gone = eventually([this] {
    const std::vector<SessionMember> left = members_of_session(pid_);
    for (const SessionMember& member : left) {
      kill(member.pid, SIGKILL);
      waitpid(member.pid, nullptr, WNOHANG);
    }
    return left.empty();
  });
  if (!all_gone) std::cerr << "processes of the server do not die\n";
}

void end_descendants() {
  const auto none_left = [] {
    const std::vector<pid_t> left = descendants_of(getpid());
    for (const pid_t pid : left) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, WNOHANG);
    }
    return left.empty();
  };
  // A deadline of its own: another thread may be writing the configuration.
  if (!eventually(none_left, Deadline(10s))) std::cerr << "processes do not die\n";
}

void end_all_processes() {
  starting().lock();
  end_descendants();
}

}  // namespace contract
