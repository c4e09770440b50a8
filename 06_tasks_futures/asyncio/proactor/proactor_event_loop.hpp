// The loop on completions: the same to all who stand on it.
#pragma once

#include <memory>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"

namespace asyncio {

/// An event loop that hands its receives, sends and accepts to the kernel, and
/// is told what has been done (Python: ProactorEventLoop, which needs Windows).
/// What else is waited for is waited for in the same system call.
class ProactorEventLoop final : public EventLoop {
 public:
  /// Throws std::system_error that says what the kernel lacks.
  ProactorEventLoop() : ProactorEventLoop(std::make_unique<UringSelector>()) {}

  /// How often it has asked the kernel, and with how many system calls.
  [[nodiscard]] const Proactor& proactor() const noexcept { return proactor_; }

 private:
  explicit ProactorEventLoop(std::unique_ptr<UringSelector> selector)
      : ProactorEventLoop(*selector, std::move(selector)) {}
  ProactorEventLoop(UringSelector& selector,
                    std::unique_ptr<UringSelector>&& owner);

  Proactor& proactor_;
};

/// For RunOptions.
[[nodiscard]] std::unique_ptr<EventLoop> new_proactor_event_loop();

}  // namespace asyncio
