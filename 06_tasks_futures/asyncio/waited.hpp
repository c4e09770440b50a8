// What a task waits for, as far as the task has to know.
#pragma once

#include <functional>
#include <string>

namespace asyncio {

class FutureBase;

using FutureVisitor = std::function<void(FutureBase&)>;

/// What a task waits for.
class Waited {
 public:
  /// Ends the wait, and wakes who waits; what it then throws says `message`.
  /// False if it had ended already.
  virtual bool cancel(const std::string& message) = 0;

  /// For those given to TaskBase::wait_trying: the task was woken, and is to go
  /// on if this says so. If not, it waits again.
  [[nodiscard]] virtual bool attempt() noexcept { return true; }

  /// For the call graph: shows `visit` each future whose end it waits for.
  virtual void visit_futures(const FutureVisitor& /*visit*/) {}
  /// For debug mode: what it is, if it has an end that others may ask for.
  [[nodiscard]] virtual std::string repr_of_wait() { return {}; }

 protected:
  ~Waited() = default;
};

}  // namespace asyncio
