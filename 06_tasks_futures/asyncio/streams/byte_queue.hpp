// Bytes that have come, or are to go.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace asyncio {

/// First in, first out. Empty, it holds no memory.
class ByteQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return begin_ == bytes_.size(); }
  [[nodiscard]] std::size_t size() const noexcept {
    return bytes_.size() - begin_;
  }
  [[nodiscard]] std::string_view view() const noexcept {
    return std::string_view(bytes_).substr(begin_);
  }

  /// Throws std::bad_alloc, and is as it was.
  void push(std::span<const std::byte> bytes) {
    if (begin_ > bytes_.size() / 2) drop_gone();
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  /// The first `n`, or as many as there are, and drops them.
  [[nodiscard]] std::string pop(std::size_t n) {
    if (begin_ == 0 && n >= bytes_.size()) return std::exchange(bytes_, {});
    std::string first(view().substr(0, n));
    drop(n);
    return first;
  }
  /// Drops the first `n`, or as many as there are.
  void drop(std::size_t n) noexcept {
    begin_ += std::min(n, size());
    if (empty()) clear();
  }
  void clear() noexcept {
    bytes_ = std::string();
    begin_ = 0;
  }

 private:
  void drop_gone() noexcept {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }

  std::string bytes_;
  std::size_t begin_ = 0;  // those before are gone
};

}  // namespace asyncio
