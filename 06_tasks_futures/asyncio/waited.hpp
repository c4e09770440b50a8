// What a task waits for, as far as the task has to know.
#pragma once

#include <string>

namespace asyncio {

/// What a task waits for.
class Waited {
 public:
  /// Ends the wait, and wakes who waits; what it then throws says `message`.
  /// False if it had ended already.
  virtual bool cancel(const std::string& message) = 0;

 protected:
  ~Waited() = default;
};

}  // namespace asyncio
