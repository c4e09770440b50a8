// How values become bytes, and values again in another process of the same
// program: Python's pickle, for few types.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace asyncio {

using Bytes = std::vector<std::byte>;

// What its bytes say, it says elsewhere too: unless it points to something. (A
// string_view and a span are views.)
template <typename T>
inline constexpr bool k_can_travel =
    std::is_trivially_copyable_v<T> && std::move_constructible<T> &&
    !std::is_pointer_v<T> && !std::input_or_output_iterator<T> &&
    !std::ranges::view<T>;
template <typename T>
inline constexpr bool k_can_travel<std::reference_wrapper<T>> = false;
template <typename T>
inline constexpr bool k_can_travel<std::initializer_list<T>> = false;
template <typename T>
inline constexpr bool k_can_travel<std::optional<T>> =
    std::is_trivially_copyable_v<T> && k_can_travel<T>;
template <typename T, std::size_t n>
inline constexpr bool k_can_travel<std::array<T, n>> =
    std::is_trivially_copyable_v<T> && k_can_travel<T>;
template <>
inline constexpr bool k_can_travel<std::string> = true;
template <typename T>
inline constexpr bool k_can_travel<std::vector<T>> = k_can_travel<T>;

/// What can be sent to another process: what is trivially copyable and points
/// nowhere, std::string, and std::vector of what can be sent. Of a struct's
/// members nobody can know here whether they point.
// Left out: pairs and tuples, which are not trivially copyable. A struct is.
template <typename T>
concept Marshallable = k_can_travel<T>;

/// One after the other, it makes bytes of values. One thread.
class Marshaller {
 public:
  Marshaller() : bytes_(sizeof(std::size_t)) {}

  template <Marshallable T>
  void write(const T& value) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      append(std::as_bytes(std::span(std::addressof(value), 1)));
    } else {
      write_items(value);
    }
  }

  /// All that was written, with how many bytes that are in front.
  [[nodiscard]] Bytes finish() &&;

 private:
  template <typename Items>
  void write_items(const Items& items) {
    using Item = typename Items::value_type;
    write(items.size());
    if constexpr (std::is_trivially_copyable_v<Item> &&
                  !std::same_as<Item, bool>) {  // vector<bool> has no data()
      append(std::as_bytes(std::span(items)));
    } else {
      for (const Item& item : items) write(item);
    }
  }
  void append(std::span<const std::byte> bytes);

  Bytes bytes_;
};

/// Makes values of the bytes that a Marshaller made of them, in the same order;
/// it does not own them. One thread.
class Unmarshaller {
 public:
  /// Without the number in front.
  explicit Unmarshaller(std::span<const std::byte> bytes) noexcept
      : rest_(bytes) {}

  /// Throws RuntimeError if there are not as many bytes, std::bad_alloc.
  template <Marshallable T>
  T read() {
    if constexpr (std::is_trivially_copyable_v<T>) {
      std::array<std::byte, sizeof(T)> bytes{};
      std::ranges::copy(take(1, sizeof(T)), bytes.begin());
      return std::bit_cast<T>(bytes);
    } else {
      return read_items<T>();
    }
  }

 private:
  template <typename Items>
  Items read_items() {
    using Item = typename Items::value_type;
    const auto n = read<std::size_t>();
    Items items;
    if constexpr (std::is_trivially_copyable_v<Item> &&
                  std::default_initializable<Item> &&
                  !std::same_as<Item, bool>) {
      const auto bytes = take(n, sizeof(Item));
      items.resize(n);
      std::ranges::copy(bytes, std::as_writable_bytes(std::span(items)).data());
    } else {
      for (std::size_t i = 0; i < n; ++i) items.push_back(read<Item>());
    }
    return items;
  }
  std::span<const std::byte> take(std::size_t n, std::size_t size);

  std::span<const std::byte> rest_;
};

}  // namespace asyncio
