#include "01_blocking/accept.hpp"

#include <poll.h>
#include <sys/socket.h>

#include "01_blocking/stop_handler.hpp"
#include "common/net/accept_errors.hpp"
#include "common/net/system_call.hpp"

namespace blocking {
namespace {

enum class Verdict { try_again, pause, stop, fail };

Verdict judge(int error) {
  if (StopHandler::requested()) return Verdict::stop;
  if (net::is_shortage(error)) return Verdict::pause;
  return net::is_passing(error) ? Verdict::try_again : Verdict::fail;
}

void pause(net::Log& log) {
  log.warn(net::last_error("clients wait to be accepted").what());
  ::poll(nullptr, 0, static_cast<int>(net::k_shortage_pause.count()));
}

}  // namespace

// [region accept]
std::optional<net::Connection> accept_client(const net::Descriptor& listener,
                                             net::Log& log) {
  for (;;) {
    net::Address peer;
    socklen_t size = net::Address::capacity();
    net::Descriptor socket(
        ::accept4(listener.get(), peer.pointer(), &size, SOCK_CLOEXEC));
    if (socket) return net::Connection(std::move(socket), peer, log);
    switch (judge(errno)) {
      case Verdict::try_again: break;
      case Verdict::pause: pause(log); break;
      case Verdict::stop: return std::nullopt;
      case Verdict::fail: throw net::last_error("accept");
    }
  }
}
// [end accept]

}  // namespace blocking
