// How long a second lasts in these examples: a real one, or what the variable
// ECHO_LADDER_SECOND says, so that nobody has to wait for their tests.
#pragma once

#include <chrono>
#include <cstdlib>

namespace examples {

[[nodiscard]] inline std::chrono::nanoseconds seconds(double count) {
  const char* second = std::getenv("ECHO_LADDER_SECOND");
  const double length = second ? std::strtod(second, nullptr) : 1;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(count * length));
}

}  // namespace examples
