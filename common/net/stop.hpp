// SIGINT and SIGTERM as a wish to stop, which a server fulfils in good order.
#pragma once

#include <signal.h>

#include <chrono>

#include "common/net/descriptor.hpp"

namespace net {

/// How long a server that stops goes on sending what it has received to those
/// who read. The contract allows a second for all of it; the rest is for
/// leaving.
inline constexpr std::chrono::milliseconds k_stop_grace{700};

/// SIGINT and SIGTERM.
[[nodiscard]] sigset_t stop_signals() noexcept;

/// Keeps the stop signals waiting until somebody is there to take them. Whoever
/// says that a server listens does this first: the signal may come at once.
void hold_stop_signals() noexcept;

/// For servers with a loop: a descriptor that becomes readable when a stop
/// signal arrives, to be waited for together with the sockets (signalfd(2)).
/// The signals are blocked in the thread that makes it, and in those it starts,
/// for as long as it lives. Throws std::system_error.
class StopDescriptor {
 public:
  StopDescriptor();
  StopDescriptor(const StopDescriptor&) = delete;
  StopDescriptor& operator=(const StopDescriptor&) = delete;
  ~StopDescriptor();

  [[nodiscard]] int fd() const noexcept { return signals_.get(); }

 private:
  sigset_t before_{};
  Descriptor signals_;
};

}  // namespace net
