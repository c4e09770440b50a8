#include "06_tasks_futures/asyncio/outcome.hpp"

namespace asyncio {

std::exception_ptr failure_of(FutureBase& done) {
  if (!done.cancelled()) return done.exception();
  try {
    done.check_result();
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace asyncio
