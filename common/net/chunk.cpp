#include "common/net/chunk.hpp"

#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace net {
namespace {

using Buffer = std::unique_ptr<std::byte[]>;

/// Buffers between two uses. Bounded: what a burst of clients needed is given
/// back to the system.
class Pool {
 public:
  Buffer take() noexcept {
    const std::lock_guard lock(mutex_);
    if (spare_.empty())
      return Buffer(new (std::nothrow) std::byte[Chunk::k_capacity]);
    Buffer buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
  }

  void give_back(Buffer buffer) noexcept {
    const std::lock_guard lock(mutex_);
    if (spare_.size() < k_most) spare_.push_back(std::move(buffer));
  }

 private:
  static constexpr std::size_t k_most = 8;
  std::mutex mutex_;
  std::vector<Buffer> spare_ = [] {
    std::vector<Buffer> spare;
    spare.reserve(k_most);  // so that giving back never allocates
    return spare;
  }();
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
