#include "06_tasks_futures/asyncio/debugging/repr.hpp"

#include <cxxabi.h>

#include <array>
#include <charconv>
#include <cmath>

#include "05_coroutines/never_awaited.hpp"
#include "06_tasks_futures/asyncio/debugging/type_name.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/task.hpp"

namespace asyncio {
namespace {

std::string call_of(const std::type_info& type, const std::string& says) {
  return type_name(type) + "(" + (says.empty() ? "" : repr(says)) + ")";
}

/// A future's state, in Python's words.
std::string state_of(FutureBase& future) {
  if (future.cancelled()) return "cancelled";
  if (future.done()) return "finished";
  TaskBase* task = future.as_task();
  return task && task->cancelling() > 0 ? "cancelling" : "pending";
}

std::string coroutine_of(TaskBase& task) {
  const Frame* frame = task.innermost();
  while (frame && frame->caller) frame = frame->caller;
  if (frame && !task.future().done()) {
    return " coro=<" + repr_of_function(frame->place) + "() running at " +
           repr_of_place(frame->place) + ">";
  }
  Place function = task.rare().function();
  if (function.line() == 0) return {};
  return " coro=<" + repr_of_function(function) + "() done, defined at " +
         repr_of_place(function) + ">";
}

std::string wait_of(TaskBase& task) {
  const std::string wait = task.waited() ? task.waited()->repr_of_wait() : "";
  return wait.empty() ? "" : " wait_for=" + wait;
}

std::string creation_of(TaskBase& task) {
  Place creation = task.rare().creation();
  return creation.line() == 0 ? "" : " created at " + repr_of_place(creation);
}

bool is_control(char c) noexcept {
  return (c >= '\0' && c < ' ') || c == '\x7f';
}

std::string escaped(char c) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  switch (c) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  const auto code = static_cast<unsigned char>(c);
  return {'\\', 'x', k_digits[code / 16], k_digits[code % 16]};
}

}  // namespace

std::string repr(TaskBase& task) {
  FutureBase& future = task.future();
  return "<Task " + state_of(future) + " name=" + repr(task.name()) +
         coroutine_of(task) + wait_of(task) + repr_of_end(future) +
         creation_of(task) + ">";
}

std::string repr(FutureBase& future) {
  if (TaskBase* task = future.as_task()) return repr(*task);
  return "<Future " + state_of(future) + repr_of_end(future) + ">";
}

std::string repr_of_end(const FutureBase& future) {
  if (!future.done() || future.cancelled()) return {};
  if (future.exception_) return " exception=" + repr(future.exception_);
  return " result=" + future.repr_of_result();
}

std::string FutureBase::repr_of_wait() {
  TaskBase* task = as_task();
  if (!task) return "<Future " + state_of(*this) + ">";
  return "<Task " + state_of(*this) + " name=" + repr(task->name()) + ">";
}

std::string repr(const std::exception_ptr& exception) {
  const std::string says = describe(exception);
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return call_of(typeid(error), says);
  } catch (const BaseException& error) {
    return call_of(typeid(error), says);
  } catch (...) {
    return call_of(*abi::__cxa_current_exception_type(), {});
  }
}

std::string repr(std::string_view text) {
  const bool has_single_quotes_only =
      text.find('\'') != std::string_view::npos &&
      text.find('"') == std::string_view::npos;
  const char quote = has_single_quotes_only ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char c : text) {
    if (is_control(c)) {
      quoted += escaped(c);
    } else {
      if (c == '\\' || c == quote) quoted += '\\';
      quoted += c;
    }
  }
  return quoted + quote;
}

std::string repr(double number) {
  const double size = std::abs(number);
  const bool is_plain = size == 0 || (size >= 1e-4 && size < 1e16);
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number,
                                 is_plain ? std::chars_format::fixed
                                          : std::chars_format::scientific)
                       .ptr;
  std::string text(digits.begin(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string repr(const std::type_info& type) {
  std::string text = "<";
  return text.append(type_name(type)).append(">");
}

std::string repr_of_place(Place place) {
  return std::string(coroutines::last_part(place.file_name())) + ":" +
         std::to_string(place.line());
}

std::string repr_of_function(Place place) {
  return std::string(coroutines::plain_name(place.function_name()));
}

}  // namespace asyncio
