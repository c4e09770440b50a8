// A city's weather as JSON. nlohmann-json does it, and stays behind this
// header: its own take seconds to compile.
#pragma once

#include <string>
#include <string_view>

namespace examples {

/// `{"city":"Oslo","weather":"snow"}`, in UTF-8; what is none in them becomes
/// U+FFFD.
[[nodiscard]] std::string weather_json(std::string_view city,
                                       std::string_view weather);

/// `{"error":"no such page"}`
[[nodiscard]] std::string error_json(std::string_view error);

/// The weather out of the first. Throws HttpError (502) for any other text.
[[nodiscard]] std::string weather_in(std::string_view json);

}  // namespace examples
