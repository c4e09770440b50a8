#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"

#include <cstring>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

void Marshaller::append(std::span<const std::byte> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

Bytes Marshaller::finish() && {
  const std::size_t n = bytes_.size() - sizeof n;
  std::memcpy(bytes_.data(), &n, sizeof n);
  return std::move(bytes_);
}

std::span<const std::byte> Unmarshaller::take(std::size_t n, std::size_t size) {
  if (n > rest_.size() / size) {
    throw RuntimeError("a message of another process ends too early");
  }
  const auto taken = rest_.first(n * size);
  rest_ = rest_.subspan(n * size);
  return taken;
}

}  // namespace asyncio
