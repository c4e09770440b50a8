#include "06_tasks_futures/asyncio/subprocesses/spawn.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "06_tasks_futures/asyncio/subprocesses/spawn_options.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

void check_text(const std::string& text) {
  if (text.find('\0') == std::string::npos) return;
  throw ValueError("embedded null byte");
}

void check(const Command& command) {
  if (command.arguments.empty()) throw ValueError("no program");
  std::ranges::for_each(command.arguments, check_text);
  check_text(command.directory);
  if (!command.environment) return;
  std::ranges::for_each(*command.environment, check_text);
}

/// The child would only say that something was not found: this or the program.
net::Descriptor open_directory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw net::last_error(path);
  return net::Descriptor(fd);
}

void redirect(const ChildStreams& streams, const Command& command,
              FileActions& actions) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const auto index = static_cast<std::size_t>(fd);
    const net::Descriptor& theirs = streams.theirs().at(index);
    if (theirs) actions.dup2(theirs.get(), fd);
    const Redirection to = command.standard_streams.at(index);
    if (to.kind() == Redirection::Kind::as_stdout) {
      actions.dup2(STDOUT_FILENO, fd);
    }
  }
}

/// As execve(2) takes them.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t start(Command& command, const FileActions& actions) {
  const SpawnAttributes attributes(command.starts_new_session);
  const std::vector<char*> arguments = pointers_to(command.arguments);
  std::vector<char*> own_environment;
  char* const* environment = environ;
  if (command.environment) {
    own_environment = pointers_to(*command.environment);
    environment = own_environment.data();
  }
  pid_t pid = 0;
  check_spawn(::posix_spawnp(&pid, arguments.front(), actions.get(),
                             attributes.get(), arguments.data(), environment),
              command.arguments.front());
  return pid;
}

}  // namespace

// [region spawn]
// What can fail does so before the program runs. The child's own descriptor
// comes after: its place is taken already, by one of this process. The
// directory comes first: its descriptor may be one of those that are replaced.
Spawned spawn(Command command) {
  check(command);
  net::Descriptor reserved = open_pidfd(::getpid());
  if (!reserved) throw net::last_error("pidfd_open");
  FileActions actions;
  net::Descriptor directory;
  if (!command.directory.empty()) {
    directory = open_directory(command.directory);
    actions.enter(directory.get());
  }
  ChildStreams streams(command.standard_streams);
  redirect(streams, command, actions);
  actions.close_from(STDERR_FILENO + 1);
  const pid_t pid = start(command, actions);
  reserved.close();
  return {Child(pid), std::move(streams.ours())};
}
// [end spawn]

}  // namespace asyncio
