#include "06_tasks_futures/asyncio/report.hpp"

#include <cstdio>

#include "06_tasks_futures/asyncio/debugging/repr.hpp"
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

namespace {

void tell(const ExceptionContext& context) noexcept {
  if (EventLoop* loop = EventLoop::running()) {
    loop->call_exception_handler(context);
  } else {
    EventLoop::default_exception_handler(context);
  }
}

}  // namespace

void report(const char* message, const std::exception_ptr& exception) noexcept {
  try {
    tell({message, exception});
  } catch (...) {  // no memory for the context
    std::fprintf(stderr, "%s\n", message);
  }
}

// Its loop may be gone: whether it was in debug mode is seen by what the task
// knows.
void report_unretrieved(FutureBase& future,
                        const std::exception_ptr& exception) noexcept {
  const char* const message = future.is_task()
                                  ? "Task exception was never retrieved"
                                  : "Future exception was never retrieved";
  try {
    TaskBase* task = future.as_task();
    const bool is_known = task && task->rare().creation().line() != 0;
    tell({message, exception, is_known ? repr(*task) : ""});
  } catch (...) {  // no memory for the context
    std::fprintf(stderr, "%s\n", message);
  }
}

}  // namespace asyncio
