#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

// Without a message no exception is kept: that needs no memory.
std::exception_ptr cancelled_with(const std::string& message) noexcept {
  if (message.empty()) return nullptr;
  try {
    return std::make_exception_ptr(CancelledError(message));
  } catch (...) {
    return nullptr;  // no memory for the message
  }
}

}  // namespace asyncio
