#include "common/net/chunk.hpp"

#include <array>
#include <atomic>
#include <new>

namespace net {
namespace {

// The pool: buffers between two uses. Bounded: what a burst of clients needed
// is given back to the system. No mutex, which every message would take twice.
constinit std::array<std::atomic<std::byte*>, 32> spare{};

}  // namespace

Chunk Chunk::borrow() noexcept {
  Chunk chunk;
  for (auto& place : spare) {
    if (!place.load(std::memory_order_relaxed)) continue;
    chunk.buffer_.reset(place.exchange(nullptr));
    if (chunk.buffer_) return chunk;  // nobody was faster
  }
  chunk.buffer_.reset(new (std::nothrow) std::byte[k_capacity]);
  return chunk;
}

// Into the first place that is free: the next one borrowed is the last one
// used.
void Chunk::GiveBack::operator()(std::byte* buffer) const noexcept {
  for (auto& place : spare) {
    if (place.load(std::memory_order_relaxed)) continue;
    std::byte* nobody = nullptr;
    if (place.compare_exchange_strong(nobody, buffer)) return;
  }
  delete[] buffer;
}

}  // namespace net
