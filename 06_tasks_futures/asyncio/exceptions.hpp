// What asyncio throws, under Python's names.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace asyncio {

/// What is thrown but is no error: no std::exception, so that nobody who
/// catches all errors catches it by mistake (as Python keeps it out of
/// Exception).
class BaseException {
 public:
  BaseException() = default;
  explicit BaseException(std::string message) : message_(std::move(message)) {}
  virtual ~BaseException() = default;
  BaseException(const BaseException&) = default;
  BaseException& operator=(const BaseException&) = default;

  [[nodiscard]] const char* what() const noexcept { return message_.c_str(); }

 private:
  std::string message_;
};

/// Thrown where a task waits, when it is cancelled. It may be caught.
class CancelledError : public BaseException {
 public:
  using BaseException::BaseException;
};

/// A CancelledError; none, if there is no message to keep.
[[nodiscard]] std::exception_ptr cancelled_with(
    const std::string& message) noexcept;

/// It leaves the loop at once, whoever throws it: a handler of SIGINT, say.
class KeyboardInterrupt : public BaseException {
 public:
  using BaseException::BaseException;
};

/// Thrown into an asynchronous generator that is closed.
class GeneratorExit : public BaseException {
 public:
  using BaseException::BaseException;
};

/// A call that is not possible now: no loop runs, the loop is closed, a lock is
/// not held, a coroutine was awaited before.
class RuntimeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument that is not possible at all.
class ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A future that has no result yet, or already has one.
class InvalidStateError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The time is over.
class TimeoutError : public std::runtime_error {
 public:
  TimeoutError() : TimeoutError("") {}
  explicit TimeoutError(const std::string& message)
      : std::runtime_error(message) {}
};

}  // namespace asyncio
