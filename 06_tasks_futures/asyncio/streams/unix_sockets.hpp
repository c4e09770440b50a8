// Sockets in the file system: unix(7).
#pragma once

#include <string>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// A socket that listens at `path` and does not wait. Replaces a socket that
/// was left there. Throws std::system_error that names the path.
[[nodiscard]] net::Descriptor listen_on_path(const std::string& path);

/// A socket that is connected with the server at `path`, and does not wait.
/// Waits while that server has no room for one more. Throws std::system_error
/// that names the path.
Coroutine<net::Descriptor> connect_to_path(std::string path);

}  // namespace asyncio
