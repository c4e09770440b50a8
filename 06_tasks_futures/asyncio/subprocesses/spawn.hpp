// To start a program: what it is given, and what we have of it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/subprocesses/child.hpp"
#include "06_tasks_futures/asyncio/subprocesses/child_streams.hpp"
#include "06_tasks_futures/asyncio/subprocesses/redirection.hpp"

namespace asyncio {

/// A program with all that it is to find. Without a directory, and without an
/// environment (`NAME=value`), it has this process's.
struct Command {
  std::vector<std::string> arguments;           // the program is the first
  std::array<Redirection, 3> standard_streams;  // by descriptor
  std::string directory;
  std::optional<std::vector<std::string>> environment;
  bool starts_new_session = false;
};

/// A program that runs.
struct Spawned {
  Child child;
  ChildStreams::Descriptors pipes;  // our ends
};

/// Starts it: posix_spawnp(3). It has no descriptors but 0, 1 and 2, and no
/// signal is blocked in it. Throws std::system_error that names the program or
/// the directory, ValueError if there is none, or a null byte somewhere: then
/// nothing runs.
[[nodiscard]] Spawned spawn(Command command);

}  // namespace asyncio
