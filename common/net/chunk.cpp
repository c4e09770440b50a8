#include "common/net/chunk.hpp"

#include <array>
#include <mutex>
#include <new>
#include <utility>

namespace net {
namespace {

using Buffer = std::unique_ptr<std::byte[]>;

/// Buffers between two uses. Bounded: what a burst of clients needed is given
/// back to the system.
class Pool {
 public:
  Buffer take() noexcept {
    const std::lock_guard lock(mutex_);
    if (n_ == 0) return Buffer(new (std::nothrow) std::byte[Chunk::k_capacity]);
    return std::move(spare_[--n_]);
  }

  void give_back(Buffer buffer) noexcept {
    const std::lock_guard lock(mutex_);
    if (n_ < spare_.size()) spare_[n_++] = std::move(buffer);
  }

 private:
  std::mutex mutex_;
  std::array<Buffer, 8> spare_;  // no vector: the first may come when memory
  std::size_t n_ = 0;            // is short
};

Pool& pool() {
  static Pool pool;
  return pool;
}

}  // namespace

Chunk Chunk::borrow() noexcept {
  Chunk chunk;
  chunk.buffer_ = pool().take();
  return chunk;
}

Chunk::Chunk(Chunk&& other) noexcept
    : buffer_(std::move(other.buffer_)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  Chunk taken(std::move(other));
  std::swap(buffer_, taken.buffer_);  // `taken` gives back what was ours
  begin_ = taken.begin_;
  end_ = taken.end_;
  return *this;
}

Chunk::~Chunk() {
  if (buffer_) pool().give_back(std::move(buffer_));
}

}  // namespace net
