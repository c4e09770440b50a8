// How a server learns that it is to end.
#pragma once

#include <signal.h>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "common/net/stop.hpp"

namespace examples {

/// While it lives, SIGINT and SIGTERM come to the loop that runs. After that
/// they are blocked: a server that leaves is not to be ended by a second one.
class StopSignals {
 public:
  StopSignals() : loop_(asyncio::get_running_loop()) {
    for (const int signal : {SIGINT, SIGTERM}) {
      loop_.add_signal_handler(signal, [this] { came_.set(); });
    }
    net::unblock(net::stop_signals());
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() {
    net::block(net::stop_signals());
    for (const int signal : {SIGINT, SIGTERM}) {
      loop_.remove_signal_handler(signal);
    }
  }

  /// Waits for one of them.
  asyncio::Coroutine<> wait() { co_await came_.wait(); }

 private:
  asyncio::EventLoop& loop_;
  asyncio::Event came_;
};

}  // namespace examples
