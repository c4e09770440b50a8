// What debug mode says of futures and their results: Python's repr.
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
#include "06_tasks_futures/asyncio/returned.hpp"

namespace asyncio {

class FutureBase;
class TaskBase;

/// `<Task finished name='Task-2' coro=<f() done, defined at a.cpp:3> result=4
/// created at a.cpp:9>`, `<Future pending>`. What only debug mode knows is left
/// out otherwise.
[[nodiscard]] std::string repr(FutureBase& future);
[[nodiscard]] std::string repr(TaskBase& task);

/// ` result=4`, ` exception=ValueError('no')`; nothing, if it has none.
[[nodiscard]] std::string repr_of_end(const FutureBase& future);

/// `ValueError('no')`; `ValueError()` if it says nothing.
[[nodiscard]] std::string repr(const std::exception_ptr& exception);

/// `'it'`, `"it's"`; what would move a cursor is written as `\n` or `\x1b`.
[[nodiscard]] std::string repr(std::string_view text);
/// `2.0`
[[nodiscard]] std::string repr(double number);

/// `<vector<int>>`: what else it is cannot be said.
[[nodiscard]] std::string repr(const std::type_info& type);

/// `a.cpp:3`
[[nodiscard]] std::string repr_of_place(Place place);
/// The function's plain name: `f`
[[nodiscard]] std::string repr_of_function(Place place);

/// What a function came to: a number, a text, or else of which type it is.
template <typename T>
std::string repr_of_value(const T& value) {
  if constexpr (std::same_as<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::integral<T>) {
    return std::to_string(value);
  } else if constexpr (std::floating_point<T>) {
    return repr(static_cast<double>(value));
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return repr(std::string_view(value));
  } else {
    return repr(typeid(T));
  }
}
template <typename T>
std::string repr_of(const Returned<T>& returned) {
  if constexpr (std::is_void_v<T>) {
    return "None";
  } else {
    return repr_of_value(returned.value());
  }
}

}  // namespace asyncio
