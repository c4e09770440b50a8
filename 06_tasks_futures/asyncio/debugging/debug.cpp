// What debug mode adds to the core.
#include <cstdlib>
#include <functional>
#include <string>

#include "06_tasks_futures/asyncio/debugging/repr.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {
namespace {

bool is_wanted() noexcept {
  const char* value = std::getenv("ASYNCIO_DEBUG");
  return value && *value != '\0';
}

}  // namespace

Scheduler::Scheduler() noexcept : is_debug_(is_wanted()) {}

void Scheduler::throw_if_run_elsewhere() const {
  const auto& loop = static_cast<const EventLoop&>(*this);
  if (!loop.is_running() || EventLoop::running() == &loop) return;
  throw RuntimeError(
      "Non-thread-safe operation invoked on an event loop other than the "
      "current one");
}

std::function<std::string()> Runnable::description() {
  return [] { return "<Handle>"; };
}

std::function<std::string()> HandleState::description() {
  return [here = creation_] {
    return "<Handle created at " + repr_of_place(here) + ">";
  };
}

std::function<std::string()> TaskBase::description() {
  return [this, keep = Ref(future())] { return repr(*this); };
}

}  // namespace asyncio
