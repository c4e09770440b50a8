#include "06_tasks_futures/asyncio/proactor/arrivals.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

#include "common/net/accept_errors.hpp"

namespace asyncio {

using net::Descriptor;
using uring::Completion;

std::optional<Arrivals::Taken> Arrivals::take() noexcept {
  if (kept_.size() == 0 && !error_) return std::nullopt;
  if (kept_.size() != 0) return Taken{kept_.pop_front()};
  return Taken{Descriptor(), *std::exchange(error_, std::nullopt)};
}

void Arrivals::start() {
  io_uring_sqe& request = proactor().start(*this);
  request.opcode = IORING_OP_ACCEPT;
  request.fd = fd();
  request.ioprio = IORING_ACCEPT_MULTISHOT;
  request.accept_flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
}

// [region on_result]
void Arrivals::on_result(const Completion& completion) noexcept {
  if (completion.result >= 0) {
    keep(Descriptor(completion.result));
  } else {
    on_nobody(-completion.result);
  }
}

// The kernel takes all who wait at once, and would go on until there are no
// descriptors left.
void Arrivals::keep(Descriptor socket) noexcept {
  try {
    kept_.push_back(std::move(socket));
  } catch (const std::bad_alloc&) {
    return on_nobody(ENOMEM);  // this one is refused, the next have to wait
  }
  const bool are_many = kept_.size() == net::k_arrivals_a_turn;
  if (are_many && is_under_way()) proactor().cancel(*this);
  tell();
}

// Interrupted or cancelled, it begins anew if somebody waits.
void Arrivals::on_nobody(int error) noexcept {
  if (error != ECANCELED && error != EINTR) {
    error_ = error;
    tell();
  } else if (is_waited_for() && kept_.size() == 0) {
    start();
  }
}
// [end on_result]

void Arrivals::drop() noexcept {
  while (kept_.size() != 0) kept_.pop_front();
}

}  // namespace asyncio
