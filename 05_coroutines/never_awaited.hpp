// The word for a coroutine that nobody has awaited.
#pragma once

#include <source_location>

namespace coroutines {

/// Says on stderr that the coroutine made by `function` was never awaited:
/// nothing of it has run.
void warn_never_awaited(const std::source_location& function) noexcept;

}  // namespace coroutines
