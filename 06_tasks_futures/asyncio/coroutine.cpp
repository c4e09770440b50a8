#include "06_tasks_futures/asyncio/coroutine.hpp"

#include "05_coroutines/coroutine.hpp"

namespace asyncio {

void warn_never_awaited(const std::source_location& function) noexcept {
  coroutines::warn_never_awaited(function);
}

}  // namespace asyncio
