// What the tests of marshalling share.
#pragma once

#include <cstddef>

#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"

namespace asyncio {

/// What another process reads, once it knows the size.
inline Bytes without_size(Bytes bytes) {
  bytes.erase(bytes.begin(), bytes.begin() + sizeof(std::size_t));
  return bytes;
}

}  // namespace asyncio
