#include "05_coroutines/never_awaited.hpp"

#include <cstddef>
#include <cstdio>
#include <string_view>

namespace coroutines {

// What stands in angle brackets may hold spaces and parentheses of its own.
std::string_view plain_name(std::string_view signature) noexcept {
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    const char c = signature[i];
    if (c == '<') ++depth;
    if (c == '>') --depth;
    if (depth > 0) continue;
    if (c == ' ' || c == ':' || c == '*' || c == '&') begin = i + 1;
    if (c == '(' && i > begin) return signature.substr(begin, i - begin);
  }
  return signature;
}

std::string_view last_part(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

void warn_never_awaited(const std::source_location& function) noexcept {
  const std::string_view file = last_part(function.file_name());
  const std::string_view name = plain_name(function.function_name());
  std::fprintf(stderr,
               "%.*s: RuntimeWarning: coroutine '%.*s' was never awaited\n",
               static_cast<int>(file.size()), file.data(),
               static_cast<int>(name.size()), name.data());
}

}  // namespace coroutines
