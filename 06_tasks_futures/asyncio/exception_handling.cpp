#include "06_tasks_futures/asyncio/exception_handling.hpp"

#include <cstdio>

#include "06_tasks_futures/asyncio/debugging/repr.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/report.hpp"

namespace asyncio {

namespace {

void tell(const char* message, const std::exception_ptr& exception,
          const std::string& task = {}) noexcept {
  try {
    std::string what = exception ? ": " + describe(exception) : "";
    if (!task.empty()) what += "\ntask: " + task;
    std::fprintf(stderr, "%s%s\n", message, what.c_str());
  } catch (...) {  // no memory to describe it
    std::fprintf(stderr, "%s\n", message);
  }
}

}  // namespace

void ExceptionHandling::call_exception_handler(
    const ExceptionContext& context) noexcept {
  try {
    const ExceptionHandler handler = exception_handler_;  // it may be replaced
    if (handler) return handler(static_cast<EventLoop&>(*this), context);
  } catch (...) {
    tell("Unhandled error in exception handler", std::current_exception());
  }
  default_exception_handler(context);
}

void ExceptionHandling::report_destroyed(TaskBase& task) noexcept {
  const char* const message = "Task was destroyed but it is pending!";
  try {
    call_exception_handler({std::string(message) + " " + task.name(), nullptr,
                            task.scheduler().get_debug() ? repr(task) : ""});
  } catch (...) {  // no memory for its name
    tell(message, nullptr);
  }
}

void ExceptionHandling::default_exception_handler(
    const ExceptionContext& context) noexcept {
  tell(context.message.c_str(), context.exception, context.task);
}

}  // namespace asyncio
