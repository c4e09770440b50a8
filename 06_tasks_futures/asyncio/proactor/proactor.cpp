#include "06_tasks_futures/asyncio/proactor/proactor.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <system_error>

namespace asyncio {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t k_nobody = 0;

// If its thread has ended, all that was under way has ended with it (EEXIST:
// io_uring_setup(2), IORING_SETUP_SINGLE_ISSUER). If it is anything else, the
// kernel may still write where the caller is about to free.
void check_thread_gone(const std::system_error& error) noexcept {
  if (error.code().value() != EEXIST) std::terminate();
}

}  // namespace

Proactor::~Proactor() {
  try {
    if (under_way_ != 0) cancel_all();
    while (under_way_ != 0) turn(std::nullopt);
  } catch (const std::system_error& error) {
    check_thread_gone(error);
  }
}

io_uring_sqe& Proactor::start(Request& request) {
  io_uring_sqe& entry = rings_.add_request();
  entry.user_data = reinterpret_cast<std::uintptr_t>(&request);
  request.is_under_way_ = true;
  ++under_way_;
  return entry;
}

// [region cancel]
// That it worked is of no interest: the request's own completion says it.
void Proactor::cancel(const Request& request) {
  io_uring_sqe& entry = rings_.add_request();
  entry.opcode = IORING_OP_ASYNC_CANCEL;
  entry.flags = IOSQE_CQE_SKIP_SUCCESS;
  entry.addr = reinterpret_cast<std::uintptr_t>(&request);
  entry.user_data = k_nobody;
}

void Proactor::give_up(Request& request) {
  request.is_given_up_ = true;
  cancel(request);
}

void Proactor::finish(Request& request) noexcept {
  try {
    if (request.is_under_way()) give_up(request);
    while (request.is_under_way()) turn(std::nullopt);
  } catch (const std::system_error& error) {
    check_thread_gone(error);
  }
}
// [end cancel]

void Proactor::cancel_all() {
  io_uring_sqe& entry = rings_.add_request();
  entry.opcode = IORING_OP_ASYNC_CANCEL;
  entry.cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
  entry.user_data = k_nobody;
}

void Proactor::flush() noexcept {
  try {
    enter(0ns);
  } catch (const std::system_error& error) {
    check_thread_gone(error);
  }
}

// [region turn]
Proactor::Brought Proactor::turn(uring::Timeout timeout) {
  ++turns_;
  enter(timeout);
  Brought brought = Brought::nothing;
  rings_.for_each_completion([&](const uring::Completion& completion) {
    brought = std::max(brought, complete(completion));
  });
  return brought;
}

void Proactor::enter(uring::Timeout timeout) {
  if (buffers_) buffers_->refill();
  rings_.enter(timeout);
}

Proactor::Brought Proactor::complete(
    const uring::Completion& completion) noexcept {
  if (completion.user_data == k_nobody) return Brought::leftovers;
  auto& request = *reinterpret_cast<Request*>(completion.user_data);
  const Brought brought =
      request.is_given_up_ ? Brought::leftovers : Brought::something;
  if (completion.is_last()) {
    request.is_under_way_ = false;
    --under_way_;
  }
  request.on_complete(completion);  // it may be gone afterwards
  return brought;
}
// [end turn]

uring::Buffers& Proactor::buffers() {
  if (!buffers_) buffers_.emplace(rings_);
  return *buffers_;
}

}  // namespace asyncio
