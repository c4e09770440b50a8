// Yes and no, as Python prints them.
#pragma once

namespace examples {

[[nodiscard]] constexpr const char* truth(bool value) {
  return value ? "True" : "False";
}

}  // namespace examples
