#include "06_tasks_futures/asyncio/report.hpp"

#include <cstdio>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

std::string describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  } catch (const BaseException& error) {
    return error.what();
  } catch (...) {
    return "not a std::exception";
  }
}

void report(const char* message, const std::exception_ptr& exception) noexcept {
  try {
    const ExceptionContext context{message, exception};
    if (EventLoop* loop = EventLoop::running()) {
      loop->call_exception_handler(context);
    } else {
      EventLoop::default_exception_handler(context);
    }
  } catch (...) {  // no memory for the context
    std::fprintf(stderr, "%s\n", message);
  }
}

}  // namespace asyncio
