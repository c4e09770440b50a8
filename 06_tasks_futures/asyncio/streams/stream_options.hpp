// What a stream is told when it is made.
#pragma once

#include <cstddef>

namespace asyncio {

/// How streams read.
struct StreamOptions {
  /// How long a line may be, in bytes.
  std::size_t limit = 64 * 1024;
};

}  // namespace asyncio
