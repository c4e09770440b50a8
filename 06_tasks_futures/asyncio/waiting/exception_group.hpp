// Several exceptions at once.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace asyncio {

/// What several tasks have thrown, of whatever types.
// Left out: Python's `except*`, split and subgroup. A loop does it.
class ExceptionGroup : public std::exception {
 public:
  /// Throws ValueError if there are no `exceptions`.
  ExceptionGroup(const std::string& message,
                 std::vector<std::exception_ptr> exceptions);

  /// The message, and how many there are.
  [[nodiscard]] const char* what() const noexcept override;
  [[nodiscard]] const std::string& message() const noexcept;
  /// Not empty.
  [[nodiscard]] const std::vector<std::exception_ptr>& exceptions()
      const noexcept;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;  // to copy it cannot fail
};

}  // namespace asyncio
