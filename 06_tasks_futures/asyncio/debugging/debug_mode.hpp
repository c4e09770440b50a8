// What is known for debug mode, and whether that can be switched on at all.
#pragma once

#include <source_location>

namespace asyncio {

/// A place in the source: where something was made, or waits.
using Place = std::source_location;

// It can be compiled out (-D ECHO_LADDER_DEBUG_MODE=OFF), to measure what it
// costs.
#ifdef ECHO_LADDER_NO_DEBUG_MODE
inline constexpr bool k_has_debug_mode = false;
#else
inline constexpr bool k_has_debug_mode = true;
#endif

}  // namespace asyncio
