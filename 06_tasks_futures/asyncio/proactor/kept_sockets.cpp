#include "06_tasks_futures/asyncio/proactor/kept_sockets.hpp"

#include <utility>

namespace asyncio {
namespace {

/// Leaves it to itself. Whether the kernel has it until a flush.
template <typename Pointer>
bool leave(Pointer& request) noexcept {
  const bool is_under_way = request && request->is_under_way();
  request.reset();
  return is_under_way;
}

}  // namespace

void KeptSockets::keep(int fd) {
  const auto place = static_cast<std::size_t>(fd);
  if (place >= sockets_.size()) sockets_.resize(place + 1);
  socket(fd).is_kept = true;
}

bool KeptSockets::is_kept(int fd) const noexcept {
  const auto place = static_cast<std::size_t>(fd);
  return fd >= 0 && place < sockets_.size() && sockets_[place].is_kept;
}

void KeptSockets::release(int fd) noexcept {
  if (!is_kept(fd)) return;
  Socket released = std::exchange(socket(fd), Socket());
  const bool receives = leave(released.inflow);
  const bool accepts = leave(released.arrivals);
  if (released.outflow) released.outflow->leave();
  if (receives || accepts) proactor_.flush();
}

Inflow& KeptSockets::inflow(int fd) {
  auto& inflow = socket(fd).inflow;
  if (!inflow) inflow.reset(new Inflow(proactor_, fd, is_multishot_));
  return *inflow;
}

Outflow& KeptSockets::outflow(int fd) {
  auto& outflow = socket(fd).outflow;
  if (!outflow) outflow = std::make_unique<Outflow>(proactor_, fd);
  return *outflow;
}

Arrivals& KeptSockets::arrivals(int fd) {
  auto& arrivals = socket(fd).arrivals;
  if (!arrivals) arrivals.reset(new Arrivals(proactor_, fd));
  return *arrivals;
}

}  // namespace asyncio
