#include "06_tasks_futures/asyncio/waiting/exception_group.hpp"

#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

struct ExceptionGroup::Content {
  std::string message;
  std::string what;
  std::vector<std::exception_ptr> exceptions;
};

namespace {

std::string counted(const std::string& message, std::size_t n) {
  return message + " (" + std::to_string(n) +
         (n == 1 ? " sub-exception)" : " sub-exceptions)");
}

}  // namespace

ExceptionGroup::ExceptionGroup(const std::string& message,
                               std::vector<std::exception_ptr> exceptions) {
  if (exceptions.empty()) throw ValueError("a group of no exceptions");
  const std::string what = counted(message, exceptions.size());
  content_ = std::make_shared<Content>(Content{
      .message = message, .what = what, .exceptions = std::move(exceptions)});
}

const char* ExceptionGroup::what() const noexcept {
  return content_->what.c_str();
}

const std::string& ExceptionGroup::message() const noexcept {
  return content_->message;
}

const std::vector<std::exception_ptr>& ExceptionGroup::exceptions()
    const noexcept {
  return content_->exceptions;
}

}  // namespace asyncio
