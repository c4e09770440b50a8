// Signals as callbacks of the loop: a signal handler may do next to nothing, a
// callback may do all.
#pragma once

#include <signal.h>

#include <functional>
#include <map>

#include "06_tasks_futures/asyncio/inbox.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/scheduler.hpp"

namespace asyncio {

/// What a loop calls when a signal comes to the process, in whichever thread.
/// At any time a signal belongs to one loop. What was to happen to it before is
/// put back when it is removed, or all are. All but the handler runs in the
/// loop's thread.
class Signals {
 public:
  Signals(Scheduler& scheduler, Inbox& inbox) noexcept;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Calls `callback` once for each time that the signal is handled from now
  /// on; a second callback replaces the first. Throws ValueError if there is no
  /// such signal, RuntimeError if it cannot be caught or another loop has it.
  void add(int signal, std::function<void()> callback);
  /// The same; and if it comes again before the loop has heard of it, it does
  /// what it does by default: it ends a process whose loop is stuck.
  void add_insistent(int signal, std::function<void()> callback);
  /// False if there was no callback. From here on it is not called. Throws
  /// ValueError.
  bool remove(int signal);
  void remove_all() noexcept;

  /// Schedules the callbacks of all that have come.
  void take() noexcept;

 private:
  class Callback;
  struct Entry {
    Ref<Callback> callback;
    struct sigaction before{};
  };

  void add(int signal, std::function<void()> callback, bool is_insistent);

  Scheduler& scheduler_;
  Inbox& inbox_;
  std::map<int, Entry> entries_;
};

}  // namespace asyncio
