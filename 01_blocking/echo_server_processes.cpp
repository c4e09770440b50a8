// The older way out: every client gets a process of its own to wait in.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "01_blocking/accept.hpp"
#include "01_blocking/handler.hpp"
#include "01_blocking/stop_handler.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace {

using Clock = std::chrono::steady_clock;

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM}) sigaddset(&set, signal);
  return set;
}

/// Keeps SIGCHLD, SIGINT and SIGTERM waiting for as long as it lives.
class SignalsHeld {
 public:
  SignalsHeld() { ::sigprocmask(SIG_BLOCK, &set_, &before_); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { let_go(); }

  void let_go() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t set_ = held_signals();
  sigset_t before_{};
};

// The children that live; 0 is an empty place. The handler of SIGCHLD strikes
// off those that have ended, so everybody else holds that signal while they use
// the list: then no number in it can already belong to a stranger.
std::vector<pid_t> children;

// [region reap]
void on_child_exit(int /*signal*/) {
  const int saved = errno;
  for (pid_t pid = 0; (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0;) {
    std::replace(children.begin(), children.end(), pid, pid_t{0});
  }
  errno = saved;
}
// [end reap]

void reap_children() {
  struct sigaction action{};
  action.sa_handler = on_child_exit;
  net::checked(::sigaction(SIGCHLD, &action, nullptr), "sigaction");
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  net::unblock(child_ended);
}

/// An empty place in the list.
pid_t& place_for_child() {
  const auto place = std::find(children.begin(), children.end(), 0);
  return place != children.end() ? *place : children.emplace_back(0);
}

void serve_as_child(net::Connection client, const SignalsHeld& held) {
  const blocking::StopHandler stop(-1);
  const blocking::StopHandler::Serving serving(client.fd());
  held.let_go();
  blocking::echo(client);
}

[[noreturn]] void run_child(net::Connection client, pid_t parent,
                            const SignalsHeld& held, net::Log& log) {
  // A server that was killed leaves no children behind (prctl(2)).
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it was killed before that call
  try {
    serve_as_child(std::move(client), held);
  } catch (const std::exception& error) {
    log.warn(std::string("refused a client: ") + error.what());
  }
  ::_exit(0);
}

// [region fork]
void serve_in_child(net::Connection client, net::Descriptor& listener,
                    net::Log& log) {
  const SignalsHeld held;  // until the child stands in the list
  pid_t& place = place_for_child();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    listener.close();
    run_child(std::move(client), parent, held, log);
  }
  if (pid < 0) return log.warn("refused a client: no more processes");
  place = pid;
  client.leave_to_other_process();
}
// [end fork]

void signal_children(int signal) {
  for (const pid_t pid : children) {
    if (pid != 0) ::kill(pid, signal);
  }
}

bool any_left() {
  return std::any_of(children.begin(), children.end(),
                     [](pid_t pid) { return pid != 0; });
}

/// Waits until a child has ended. False if that has not happened by `deadline`.
bool wait_for_child(Clock::time_point deadline) {
  const auto left = std::max(Clock::duration::zero(), deadline - Clock::now());
  const timespec timeout{.tv_sec = 0,
                         .tv_nsec = std::chrono::nanoseconds(left).count()};
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  return ::sigtimedwait(&child_ended, nullptr, &timeout) == SIGCHLD ||
         errno == EINTR;
}

// [region stop]
void stop_children() {
  const SignalsHeld held;
  const auto deadline =
      Clock::now() + net::k_stop_grace + std::chrono::milliseconds(100);
  signal_children(SIGTERM);
  while (any_left() && wait_for_child(deadline)) on_child_exit(SIGCHLD);
  signal_children(SIGKILL);  // none, unless somebody has stopped one
}
// [end stop]

// [region serve]
void serve(net::Descriptor& listener, net::Log& log) {
  const blocking::StopHandler stop(listener.get());
  reap_children();
  log.listening(listener);
  while (auto client = blocking::accept_client(listener, log)) {
    serve_in_child(std::move(*client), listener, log);
  }
  stop_children();
}
// [end serve]

}  // namespace

int main(int argc, char** argv) {
  return cli::ServerProgram(
             "Echoes what clients send, each in a process of its own.")
      .run(argc, argv, serve);
}
