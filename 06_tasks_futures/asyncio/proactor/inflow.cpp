#include "06_tasks_futures/asyncio/proactor/inflow.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace asyncio {

using net::Chunk;
using uring::Buffers;
using uring::Completion;

namespace {

// [region fill_in]
// A chunk's worth of bytes, then it is over. linux/io_uring.h has a name of its
// own for the field, optlen, from Linux 6.17 on.
void receive_many(io_uring_sqe& request, int fd) {
  request.opcode = IORING_OP_RECV;
  request.fd = fd;
  request.flags = IOSQE_BUFFER_SELECT;
  request.buf_group = Buffers::k_group;
  request.ioprio = IORING_RECV_MULTISHOT;
  request.file_index = Chunk::k_capacity;
}

void receive_once(io_uring_sqe& request, int fd) {
  request.opcode = IORING_OP_RECV;
  request.fd = fd;
  request.flags = IOSQE_BUFFER_SELECT;
  request.buf_group = Buffers::k_group;
  request.len = Chunk::k_capacity;
}
// [end fill_in]

/// Adds the bytes of `more`, for which there is room.
void append(Chunk& chunk, const Chunk& more) noexcept {
  const std::size_t size = chunk.bytes().size();
  std::ranges::copy(more.bytes(), chunk.space().subspan(size).begin());
  chunk.fill(size + more.bytes().size());
}

/// What the kernel says of a request that it would otherwise understand.
int try_limited_receive() {
  uring::Ring ring(1);
  receive_many(ring.add_request(), -1);
  ring.enter(std::nullopt);
  int result = 0;
  ring.for_each_completion(
      [&](const Completion& completion) { result = completion.result; });
  return result;
}

}  // namespace

bool has_limited_receive() {
  static const bool has_it = try_limited_receive() == -EBADF;
  return has_it;
}

std::optional<Received> Inflow::take() noexcept {
  if (kept_) return Received{std::move(kept_)};
  if (!outcome_) return std::nullopt;
  return Received{Chunk(), *std::exchange(outcome_, std::nullopt)};
}

void Inflow::wait(Receiver& receiver) {
  if (!is_under_way()) arm();
  receiver_ = &receiver;
}

void Inflow::arm() {
  io_uring_sqe& request = proactor().start(*this);
  is_multishot_ ? receive_many(request, fd()) : receive_once(request, fd());
}

// [region on_result]
void Inflow::on_result(const Completion& completion) noexcept {
  Chunk chunk = buffers_.take(completion);
  if (chunk) {
    on_bytes(std::move(chunk));
  } else {
    on_no_bytes(-completion.result);
  }
}

// Small pieces that nobody waits for share a chunk, so that a client that sends
// many of them costs no more than one that sends few.
void Inflow::on_bytes(Chunk chunk) noexcept {
  if (receiver_) {
    deliver({std::move(chunk)});
  } else if (kept_) {
    append(kept_, chunk);
  } else {
    kept_ = std::move(chunk);
  }
}

void Inflow::on_no_bytes(int error) noexcept {
  const bool is_short = error == ENOBUFS;
  if (is_short || error == ECANCELED || error == EINTR) {
    if (!receiver_) return;  // who waits next begins anew
    if (!is_short || buffers_.grow()) return arm();
    error = ENOMEM;
  }
  receiver_ ? deliver({Chunk(), error}) : void(outcome_ = error);
}
// [end on_result]

void Inflow::close() noexcept {
  kept_ = Chunk();
  if (receiver_) deliver({Chunk(), ECANCELED});
}

void Inflow::deliver(Received received) noexcept {
  std::exchange(receiver_, nullptr)->on_received(std::move(received));
}

}  // namespace asyncio
