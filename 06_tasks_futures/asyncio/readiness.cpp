#include "06_tasks_futures/asyncio/readiness.hpp"

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

void Readiness::watch() {
  loop().descriptors().wait(fd(), event_, *this);
}

void Readiness::unwatch() noexcept {
  loop().descriptors().remove(fd(), event_, *this);
}

}  // namespace asyncio
