// A descriptor that stands for a process.
#pragma once

#include <sys/types.h>

#include "common/net/descriptor.hpp"

namespace asyncio {

/// One that is readable once `process` has ended: pidfd_open(2), Linux 5.3.
/// Empty, and errno, if there can be none.
[[nodiscard]] net::Descriptor open_pidfd(pid_t process) noexcept;

}  // namespace asyncio
