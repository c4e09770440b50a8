#include "06_tasks_futures/asyncio/inbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "common/net/system_call.hpp"

namespace asyncio {

Inbox::Inbox()
    : wake_up_(
          net::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

bool Inbox::push(Runnable& runnable) noexcept {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return false;
  queue_.push(runnable);
  wake();
  return true;
}

// A counter that is full (EAGAIN) is readable all the same.
void Inbox::wake() noexcept {
  if (has_come_.exchange(true, std::memory_order_acq_rel)) return;
  const int error = errno;
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_up_.get(), &one, sizeof(one)));
  errno = error;
}

RunQueue Inbox::take() noexcept {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_up_.get(), &count, sizeof(count)));
  // After the read: a signal that came before it has been seen, one that comes
  // from here on makes the descriptor readable again.
  has_come_.exchange(false, std::memory_order_acq_rel);
  return std::move(queue_);
}

void Inbox::close() noexcept {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

}  // namespace asyncio
