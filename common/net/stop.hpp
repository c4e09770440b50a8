// SIGINT and SIGTERM as a wish to stop, for servers that loop and for servers
// that block.
#pragma once

#include <signal.h>
#include <time.h>

#include <chrono>

#include "common/net/descriptor.hpp"

namespace net {

/// How long a server that stops goes on sending what it has received to those
/// who read. The contract allows a second for all of it; the rest is for
/// leaving.
inline constexpr std::chrono::milliseconds k_stop_grace{800};

/// Keeps SIGINT and SIGTERM waiting until one of the two below is there to take
/// them. Whoever says that a server listens does this first: the signal may
/// come at once.
void hold_stop_signals() noexcept;

/// For servers with a loop: a descriptor that becomes readable when SIGINT or
/// SIGTERM arrives, to be waited for together with the sockets (signalfd(2)).
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
  sigset_t before_;
  Descriptor signals_;
};

/// For servers that wait in accept, recv and send, where no loop can look. The
/// signal handler shuts the listener down, which ends a waiting accept and
/// every later one; and it shuts the reading half of the client being served,
/// whose recv then sees the end of the stream. So it does not matter between
/// which two calls the signal falls. After k_stop_grace a client that does not
/// read is cut off.
///
/// One object at a time, made by the main thread. Throws std::system_error.
class StopHandler {
 public:
  /// `listener` is the listening socket, or -1 for none; it outlives the
  /// handler.
  explicit StopHandler(int listener);
  StopHandler(const StopHandler&) = delete;
  StopHandler& operator=(const StopHandler&) = delete;
  ~StopHandler();

  [[nodiscard]] static bool requested() noexcept;

  /// While this lives, the client `fd` is the one being served.
  class Serving {
   public:
    explicit Serving(int fd) noexcept;
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving();
  };

 private:
  timer_t deadline_;
};

}  // namespace net
