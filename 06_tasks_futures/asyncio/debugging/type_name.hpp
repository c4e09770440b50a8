// What a type is called, as a reader would say it.
#pragma once

#include <string>
#include <typeinfo>

namespace asyncio {

/// Without the namespaces, or whatever else it is in: `ValueError`.
[[nodiscard]] std::string type_name(const std::type_info& type);

}  // namespace asyncio
