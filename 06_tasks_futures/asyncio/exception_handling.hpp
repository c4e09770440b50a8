// Who in a loop is told what nobody waits for.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace asyncio {

class EventLoop;
class TaskBase;

/// What happened, the exception if there is one, and in debug mode to whom.
struct ExceptionContext {
  std::string message;
  std::exception_ptr exception = nullptr;
  std::string task = {};
};

/// The part of a loop that tells what nobody waits for.
class ExceptionHandling {
 public:
  using ExceptionHandler =
      std::function<void(EventLoop&, const ExceptionContext&)>;

  /// Who is told. None: stderr.
  void set_exception_handler(ExceptionHandler handler) {
    exception_handler_ = std::move(handler);
  }
  /// Tells the handler; what that throws, and if there is none, stderr.
  void call_exception_handler(const ExceptionContext& context) noexcept;
  /// A line on stderr.
  static void default_exception_handler(
      const ExceptionContext& context) noexcept;

 protected:
  /// A task that waits still: its loop closes.
  void report_destroyed(TaskBase& task) noexcept;

 private:
  ExceptionHandler exception_handler_;
};

}  // namespace asyncio
