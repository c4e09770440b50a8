// What nobody waits for has to be told to somebody.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace asyncio {

class EventLoop;
class TaskBase;

/// What happened, and the exception if there is one.
struct ExceptionContext {
  std::string message;
  std::exception_ptr exception;
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
  void call_exception_handler(const ExceptionContext& context) noexcept;
  static void default_exception_handler(
      const ExceptionContext& context) noexcept;

 protected:
  void report_destroyed(const TaskBase& task) noexcept;

 private:
  ExceptionHandler exception_handler_;
};

}  // namespace asyncio
