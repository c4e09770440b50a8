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

/// Lets `signals` through that whoever started us may have blocked: a mask is
/// inherited (execve(2)).
void unblock(const sigset_t& signals) noexcept;

/// Keeps `signals` waiting: for a server that has stopped, and is not to be
/// ended by a second one while it leaves.
void block(const sigset_t& signals) noexcept;

/// Whether the peer's kernel has all that was sent on `fd`, or there is no peer
/// any more (SIOCOUTQ, tcp(7)). To close before that may lose bytes: if one
/// more comes from the peer, the kernel resets the connection, and drops what
/// it has not sent yet.
[[nodiscard]] bool is_delivered(int fd) noexcept;

/// Throws away what has come on `fd` and was not received: a close would reset
/// the connection for it.
void discard_unread(int fd) noexcept;

/// How often to look, since nothing announces that.
inline constexpr std::chrono::milliseconds k_delivery_poll{5};

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
