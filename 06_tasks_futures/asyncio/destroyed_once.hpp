// What GCC 12 can take by value behind a co_await. It destroys some temporaries
// of such an expression twice: lambdas that hold something, and aggregates.
#pragma once

#include <type_traits>

namespace asyncio {

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
inline constexpr bool k_destroys_twice = true;
#else
inline constexpr bool k_destroys_twice = false;
#endif

/// `T` is deduced from a forwarding reference: an lvalue is no temporary. What
/// can be made of nothing, such as a std::function, is no lambda that holds
/// something.
template <typename T>
concept DestroyedOnce =
    !k_destroys_twice || std::is_lvalue_reference_v<T> ||
    std::is_trivially_destructible_v<T> ||
    (!std::is_aggregate_v<T> && std::is_default_constructible_v<T>);

/// The same for what is not called: only aggregates are in danger.
template <typename T>
concept ValueDestroyedOnce = DestroyedOnce<T> || !std::is_aggregate_v<T>;

}  // namespace asyncio
