// The loop on completions: the same to all who stand on it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"

namespace asyncio {

/// An event loop that has `receive`, `send_all` and `accept_client` done by the
/// kernel, for descriptors that have a Watch (Python: ProactorEventLoop, which
/// needs Windows). For all else it is told what is ready, as any loop, and by
/// the same system call. It belongs to the thread that runs it first.
class ProactorEventLoop final : public EventLoop {
 public:
  /// In real time if not told otherwise. Throws std::system_error that says
  /// what the kernel lacks.
  explicit ProactorEventLoop(std::optional<VirtualTime> time = std::nullopt)
      : ProactorEventLoop(std::make_unique<UringSelector>(), time) {}

  /// How often it has asked the kernel, and with how many system calls.
  [[nodiscard]] const Proactor& proactor() const noexcept { return proactor_; }

 private:
  ProactorEventLoop(std::unique_ptr<UringSelector> selector,
                    std::optional<VirtualTime> time)
      : ProactorEventLoop(*selector, std::move(selector), time) {}
  ProactorEventLoop(UringSelector& selector,
                    std::unique_ptr<UringSelector>&& owner,
                    std::optional<VirtualTime> time);

  Proactor& proactor_;
};

/// For RunOptions.
[[nodiscard]] std::unique_ptr<EventLoop> new_proactor_event_loop();

}  // namespace asyncio
