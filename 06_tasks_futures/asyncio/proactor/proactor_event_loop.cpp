#include "06_tasks_futures/asyncio/proactor/proactor_event_loop.hpp"

#include "06_tasks_futures/asyncio/proactor/completed_sockets.hpp"

namespace asyncio {

ProactorEventLoop::ProactorEventLoop(UringSelector& selector,
                                     std::unique_ptr<UringSelector>&& owner,
                                     std::optional<VirtualTime> time)
    : EventLoop(std::move(owner), time), proactor_(selector.proactor()) {
  (void)proactor_.buffers();  // if there is no memory for them: now
  set_sockets(std::make_unique<CompletedSockets>(selector, descriptors()));
}

std::unique_ptr<EventLoop> new_proactor_event_loop() {
  return std::make_unique<ProactorEventLoop>();
}

}  // namespace asyncio
