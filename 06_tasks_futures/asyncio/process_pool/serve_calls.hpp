// What a worker does all its life.
#pragma once

#include <sys/types.h>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// For the child of the process `server`: makes the calls that come through
/// `calls`, one after the other. Ends with the process, when the other end of
/// `calls` is gone, or `server`. Nothing of what its parent had is destroyed.
[[noreturn]] void serve_calls(net::Descriptor calls, pid_t server) noexcept;

}  // namespace asyncio
