#include "common/net/chunk.hpp"

#include <array>
#include <atomic>
#include <new>

namespace net {
namespace {

// The pool: buffers between two uses. Bounded: what a burst of clients needed
// is given back to the system. No mutex, which every message would take twice.
constinit std::array<std::atomic<std::byte*>, 8> spare{};

}  // namespace

Chunk Chunk::borrow() noexcept {
  Chunk chunk;
  for (auto& place : spare) {
    chunk.buffer_.reset(place.exchange(nullptr));
    if (chunk.buffer_) return chunk;
  }
  chunk.buffer_.reset(new (std::nothrow) std::byte[k_capacity]);
  return chunk;
}

// Into the first place; who was there moves on to the next.
void Chunk::GiveBack::operator()(std::byte* buffer) const noexcept {
  for (auto& place : spare) {
    buffer = place.exchange(buffer);
    if (!buffer) return;
  }
  delete[] buffer;
}

}  // namespace net
