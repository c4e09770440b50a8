// A counted pointer of one word to what one thread shares.
#pragma once

#include <cstdint>
#include <utility>

namespace asyncio {

/// What is counted: with its last Ref, `Object::die` is called. One thread.
template <typename Object>
class Counted {
 public:
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) static_cast<Object*>(this)->die();
  }
  [[nodiscard]] std::uint32_t references() const noexcept {
    return references_;
  }

 protected:
  Counted() = default;
  ~Counted() = default;

 private:
  std::uint32_t references_ = 0;
};

/// Keeps a T alive. Empty once it has been moved from.
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T& object) noexcept : object_(&object) { object.retain(); }
  /// In the place of somebody who has retained it.
  static Ref taken_over(T& object) noexcept {
    Ref ref;
    ref.object_ = &object;
    return ref;
  }
  Ref(const Ref& other) noexcept : object_(other.object_) {
    if (object_) object_->retain();
  }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push  // wrong of a Ref in a std::optional that is empty
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
  // Mostly it is an empty one that dies: not worth the call that GCC makes.
  [[gnu::always_inline]] ~Ref() {
    if (object_) object_->release();
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

  [[nodiscard]] T& operator*() const noexcept { return *object_; }
  [[nodiscard]] T* operator->() const noexcept { return object_; }
  [[nodiscard]] T* get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  friend bool operator==(const Ref&, const Ref&) = default;

 private:
  T* object_ = nullptr;
};

}  // namespace asyncio
