// What Ctrl-C does to a program that runs a loop.
#pragma once

#include <memory>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// While it lives, SIGINT cancels a loop's main task; the second time, or where
/// there is none, it ends the loop's run by KeyboardInterrupt. If the loop does
/// not get to hear of the first, the second ends the process. Only in the main
/// thread, and only if nobody else wants the signal: then it does nothing. An
/// uncaught KeyboardInterrupt ends the process by SIGINT, from here on. It
/// outlives neither loop nor task.
class Interrupts {
 public:
  /// `main` may be null.
  Interrupts(EventLoop& loop, TaskBase* main);
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts();

  /// Throws KeyboardInterrupt, if the main task was cancelled for that alone.
  /// There must be one.
  void check() const;

 private:
  void on_interrupt();

  EventLoop& loop_;
  TaskBase* main_;
  int came_ = 0;
  struct Handler {};                // as long as the loop has it
  std::weak_ptr<Handler> handler_;  // expired once somebody else has the signal
};

}  // namespace asyncio
