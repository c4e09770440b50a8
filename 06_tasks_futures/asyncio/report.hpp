// What nobody waits for is told, not lost.
#pragma once

#include <exception>
#include <string>

#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

class FutureBase;

/// Tells the exception handler of the loop that runs, or stderr if none does.
void report(const char* message, const std::exception_ptr& exception) noexcept;

/// `future` has failed, and nobody has asked.
void report_unretrieved(FutureBase& future,
                        const std::exception_ptr& exception) noexcept;

/// What it says: `what()`, or that it is no std::exception.
[[nodiscard]] std::string describe(const std::exception_ptr& exception);

/// Calls what nobody waits for: what it throws is told, unless it is to end the
/// loop's run.
template <typename Callback>
void call_reporting(Callback&& callback) {
  try {
    callback();
  } catch (const KeyboardInterrupt&) {
    throw;
  } catch (...) {
    report("Exception in callback", std::current_exception());
  }
}

}  // namespace asyncio
