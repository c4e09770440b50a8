// What is held, until the end of a block.
#pragma once

#include <utility>

namespace asyncio {

/// Gives a lock or a place of a semaphore back when it dies: where Python
/// writes `async with lock:`. Move-only; does not outlive what it holds.
template <typename Primitive>
class [[nodiscard]] Held {
 public:
  explicit Held(Primitive& held) noexcept : held_(&held) {}
  Held(Held&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    Held taken(std::move(other));
    std::swap(held_, taken.held_);
    return *this;
  }
  ~Held() {
    if (held_) held_->give_back();
  }

 private:
  Primitive* held_;
};

}  // namespace asyncio
