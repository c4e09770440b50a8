// How a server that waits in accept, recv and send is told to stop, where no
// loop can look.
#pragma once

#include <time.h>

namespace blocking {

/// While this lives, SIGINT and SIGTERM shut the listener down, which ends a
/// waiting accept and every later one; and they shut the reading half of the
/// client that is being served, whose recv then sees the end of the stream. So
/// it does not matter between which two calls the signal falls. After
/// net::k_stop_grace a client that has not finished is cut off.
///
/// One object a process, made by its main thread; a forked child makes its own.
/// A request once made stays made. Throws std::system_error.
class StopHandler {
 public:
  /// `listener` is the listening socket, or -1 for none; it outlives the
  /// handler.
  explicit StopHandler(int listener);
  StopHandler(const StopHandler&) = delete;
  StopHandler& operator=(const StopHandler&) = delete;
  ~StopHandler();

  /// Whether a signal has come.
  [[nodiscard]] static bool requested() noexcept;

  /// After a signal has come: waits until all that was sent on `fd` has been
  /// delivered, or the grace is over. Then `fd` may be closed.
  static void wait_until_delivered(int fd) noexcept;

  /// While this lives, the client `fd` is the one being served. It dies when
  /// all has been delivered to that client, if the server is to stop.
  class Serving {
   public:
    explicit Serving(int fd) noexcept;
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving();
  };

 private:
  timer_t deadline_{};
};

}  // namespace blocking
