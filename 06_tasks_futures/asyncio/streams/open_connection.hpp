// To connect with a server, and talk to it through streams.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/streams/stream_options.hpp"
#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"

namespace asyncio {

/// `auto [reader, writer] = co_await open_connection("127.0.0.1", 5000)`: tries
/// the addresses of `host`, a numeric address or a name, one after the other.
/// Throws std::system_error: if none answers, that of the first, which says
/// what each failed with. Cancelled, it leaves nothing open.
// Left out: happy eyeballs (RFC 8305), an address of one's own.
Coroutine<std::pair<StreamReader, StreamWriter>> open_connection(
    std::string host, std::uint16_t port, StreamOptions options = {});

/// The same with a server that listens in the file system (unix(7)).
Coroutine<std::pair<StreamReader, StreamWriter>> open_unix_connection(
    std::string path, StreamOptions options = {});

}  // namespace asyncio
