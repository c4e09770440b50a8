#include "06_tasks_futures/asyncio/subprocesses/subprocess.hpp"

#include <unistd.h>

#include "06_tasks_futures/asyncio/subprocesses/process_state.hpp"

namespace asyncio {
namespace {

std::vector<std::string> entries_of(const Environment& environment) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      throw ValueError("illegal environment variable name");
    }
    entries.push_back(name + '=' + value);
  }
  return entries;
}

Command command_of(const SubprocessOptions& options,
                   std::vector<std::string> arguments) {
  Command command;
  command.arguments = std::move(arguments);
  command.standard_streams = {options.stdin_, options.stdout_, options.stderr_};
  command.directory = options.cwd;
  if (options.env) command.environment = entries_of(*options.env);
  command.starts_new_session = options.start_new_session;
  return command;
}

Coroutine<Process> start(Command command, std::size_t limit) {
  if (limit == 0) throw ValueError("Limit cannot be <= 0");
  EventLoop& loop = get_running_loop();
  Spawned spawned = spawn(std::move(command));
  co_return Process(*new ProcessState(loop, std::move(spawned), limit));
}

}  // namespace

Coroutine<Process> create_subprocess_exec(const SubprocessOptions& options,
                                          std::vector<std::string> command) {
  return start(command_of(options, std::move(command)), options.limit);
}

Coroutine<Process> create_subprocess_shell(const SubprocessOptions& options,
                                           std::string command) {
  return create_subprocess_exec(options, "/bin/sh", "-c", std::move(command));
}

Coroutine<Process> create_subprocess_shell(std::string command) {
  return create_subprocess_shell(SubprocessOptions(), std::move(command));
}

Environment current_environment() {
  Environment environment;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const std::size_t end = text.find('=');
    if (end == std::string_view::npos) continue;
    environment.emplace(text.substr(0, end), text.substr(end + 1));
  }
  return environment;
}

Process::Process(ProcessState& state) noexcept : state_(state) {}
Process::Process(const Process& other) noexcept = default;
Process& Process::operator=(const Process& other) noexcept = default;
Process::~Process() = default;

pid_t Process::pid() const noexcept {
  return state_->pid();
}

std::optional<int> Process::returncode() const noexcept {
  return state_->returncode();
}

StreamWriter Process::stdin_() const {
  return StreamWriter(state_->pipe(STDIN_FILENO));
}

StreamReader Process::stdout_() const {
  return StreamReader(state_->pipe(STDOUT_FILENO));
}

StreamReader Process::stderr_() const {
  return StreamReader(state_->pipe(STDERR_FILENO));
}

Coroutine<int> Process::wait() const {
  return ProcessState::wait(state_);
}

Coroutine<std::pair<std::string, std::string>> Process::communicate(
    std::string input) const {
  return ProcessState::communicate(state_, std::move(input));
}

void Process::send_signal(int signal) const {
  state_->send_signal(signal);
}

}  // namespace asyncio
