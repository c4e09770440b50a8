#include "06_tasks_futures/asyncio/proactor/sending.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace asyncio {

namespace {

constexpr std::size_t k_most_at_once = 1 << 30;  // about what send(2) takes

}  // namespace

// With MSG_WAITALL the kernel goes on by itself where a send was short.
void Sending::start() {
  const auto rest = bytes_.subspan(sent_);
  io_uring_sqe& request = proactor_.start(*this);
  request.opcode = IORING_OP_SEND;
  request.fd = fd_;
  request.addr = reinterpret_cast<std::uintptr_t>(rest.data());
  request.len = static_cast<unsigned>(std::min(rest.size(), k_most_at_once));
  request.msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
}

// [region on_complete]
// Even with MSG_WAITALL it may be short: when a signal came, or an error after
// some bytes, which the next one will meet.
void Sending::on_complete(const uring::Completion& completion) noexcept {
  sent_ += static_cast<std::size_t>(std::max(completion.result, 0));
  if (is_given_up()) return;
  const bool is_over = sent_ == bytes_.size();
  const bool goes_on = completion.result > 0 || completion.result == -EINTR;
  if (!is_over && goes_on) return start();
  on_sent(is_over ? 0 : -completion.result);
}
// [end on_complete]

}  // namespace asyncio
