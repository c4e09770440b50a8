// The word for a coroutine that nobody has awaited.
#pragma once

#include <source_location>
#include <string_view>

namespace coroutines {

/// `C n::f(int)` without the types and the namespaces: `f`.
[[nodiscard]] std::string_view plain_name(std::string_view signature) noexcept;

/// The file's own name, without the folders.
[[nodiscard]] std::string_view last_part(std::string_view path) noexcept;

/// Says on stderr that the coroutine made by `function` was never awaited:
/// nothing of it has run.
void warn_never_awaited(const std::source_location& function) noexcept;

}  // namespace coroutines
