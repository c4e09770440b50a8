// A queue that keeps its memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace asyncio {

/// Items in a ring of slots, a power of two of them, which doubles when it is
/// full and never shrinks: once it is large enough, nothing is allocated.
template <typename T>
class Ring {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push_back(T&& item) {
    if (size_ == slots_.size()) grow();
    slot(size_).emplace(std::move(item));
    ++size_;
  }
  T pop_front() {
    T item = take(slot(0));
    first_ = (first_ + 1) & (slots_.size() - 1);
    return item;
  }
  T pop_back() { return take(slot(size_ - 1)); }

 private:
  using Slot = std::optional<T>;

  [[nodiscard]] Slot& slot(std::size_t place) {
    return slots_[(first_ + place) & (slots_.size() - 1)];
  }
  T take(Slot& slot) {
    T item = std::move(*slot);
    slot.reset();
    --size_;
    return item;
  }
  void grow() {
    std::vector<Slot> larger(std::max<std::size_t>(4, 2 * size_));
    for (std::size_t i = 0; i < size_; ++i) {
      larger[i].emplace(std::move_if_noexcept(*slot(i)));
    }
    slots_ = std::move(larger);
    first_ = 0;
  }

  std::vector<Slot> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace asyncio
