// What a function came to, until somebody takes it.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

namespace asyncio {

/// What a function returned: a value, a reference, or nothing.
template <typename T>
class Returned {
 public:
  template <typename Value = T>
    requires std::is_constructible_v<T, Value&&>
  void return_value(Value&& value) {
    value_.emplace(std::forward<Value>(value));
  }
  [[nodiscard]] const T& value() const noexcept { return *value_; }
  [[nodiscard]] T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};

template <typename T>
class Returned<T&> {
 public:
  void return_value(T& value) noexcept { value_ = &value; }
  [[nodiscard]] T& value() const noexcept { return *value_; }
  [[nodiscard]] T& take() const noexcept { return *value_; }

 private:
  T* value_ = nullptr;
};

template <>
class Returned<void> {
 public:
  void return_void() const noexcept {}
  void value() const noexcept {}
  void take() const noexcept {}
};

}  // namespace asyncio
