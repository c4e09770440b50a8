#include "06_tasks_futures/asyncio/proactor/arrivals.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

#include "common/net/accept_errors.hpp"

namespace asyncio {

using net::Descriptor;
using uring::Completion;

std::optional<Accepted> Arrivals::take() noexcept {
  if (kept_.size() != 0) return Accepted{kept_.pop_front()};
  if (!error_) return std::nullopt;
  return Accepted{Descriptor(), *std::exchange(error_, std::nullopt)};
}

void Arrivals::wait(Acceptor& acceptor) {
  if (!is_under_way()) arm();
  acceptor_ = &acceptor;
}

void Arrivals::arm() {
  io_uring_sqe& request = proactor().start(*this);
  request.opcode = IORING_OP_ACCEPT;
  request.fd = fd();
  request.ioprio = IORING_ACCEPT_MULTISHOT;
  request.accept_flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
}

// [region on_result]
void Arrivals::on_result(const Completion& completion) noexcept {
  if (completion.result >= 0) {
    on_client(Descriptor(completion.result));
  } else {
    on_nobody(-completion.result);
  }
}

// The kernel takes all who wait at once, and would go on until there are no
// descriptors left.
void Arrivals::on_client(Descriptor socket) noexcept {
  if (acceptor_) return deliver({std::move(socket)});
  if (is_given_up()) return;
  try {
    kept_.push_back(std::move(socket));
  } catch (const std::bad_alloc&) {
    return;  // no memory: it is refused
  }
  const bool are_many = kept_.size() == net::k_arrivals_a_turn;
  if (are_many && is_under_way()) proactor().cancel(*this);
}

void Arrivals::on_nobody(int error) noexcept {
  if (error == ECANCELED || error == EINTR) {
    if (acceptor_) arm();  // if not, who waits next begins anew
  } else if (acceptor_) {
    deliver({Descriptor(), error});
  } else {
    error_ = error;
  }
}
// [end on_result]

void Arrivals::close() noexcept {
  while (kept_.size() != 0) kept_.pop_front();
  if (acceptor_) deliver({Descriptor(), ECANCELED});
}

void Arrivals::deliver(Accepted accepted) noexcept {
  std::exchange(acceptor_, nullptr)->on_accepted(std::move(accepted));
}

}  // namespace asyncio
