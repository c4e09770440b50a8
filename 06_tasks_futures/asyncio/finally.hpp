// What is to be done on every way out.
#pragma once

#include <concepts>
#include <utility>

namespace asyncio {

/// Calls `function`, which must not throw, when it dies.
template <std::invocable Function>
class [[nodiscard]] Finally {
 public:
  explicit Finally(Function function) : function_(std::move(function)) {}
  Finally(const Finally&) = delete;
  Finally& operator=(const Finally&) = delete;
  ~Finally() { function_(); }

 private:
  Function function_;
};

}  // namespace asyncio
