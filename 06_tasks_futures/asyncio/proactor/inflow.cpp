#include "06_tasks_futures/asyncio/proactor/inflow.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace asyncio {

using net::Chunk;
using uring::Buffers;
using uring::Completion;

namespace {

constexpr unsigned k_half = Chunk::k_capacity / 2;

// [region fill_in]
void receive_into_buffers(io_uring_sqe& request, int fd) {
  request.opcode = IORING_OP_RECV;
  request.fd = fd;
  request.flags = IOSQE_BUFFER_SELECT;
  request.buf_group = Buffers::k_group;
}

void receive_once(io_uring_sqe& request, int fd) {
  receive_into_buffers(request, fd);
  request.len = Chunk::k_capacity;
}

// It is over once half a chunk has come, in pieces of at most half a chunk: so
// all of it fits into one. The limit is optlen, which shares its place with
// file_index, and is missing in headers before Linux 6.7.
void receive_many(io_uring_sqe& request, int fd) {
  receive_into_buffers(request, fd);
  request.ioprio = IORING_RECV_MULTISHOT;
  request.len = k_half;
  request.file_index = k_half;
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
  uring::Rings rings(1);
  receive_many(rings.add_request(), -1);
  rings.enter(std::nullopt);
  int result = 0;
  rings.for_each_completion(
      [&](const Completion& completion) { result = completion.result; });
  return result;
}

}  // namespace

bool has_limited_receive() {
  static const bool has_it = try_limited_receive() == -EBADF;
  return has_it;
}

std::optional<Inflow::Taken> Inflow::take() noexcept {
  if (!kept_ && !end_) return std::nullopt;
  if (kept_) return Taken{std::move(kept_)};
  return Taken{Chunk(), *std::exchange(end_, std::nullopt)};
}

// Who sends much at a time is received from in whole chunks.
void Inflow::start() {
  io_uring_sqe& request = proactor().start(*this);
  const bool many = is_multishot_ && !is_much_;
  many ? receive_many(request, fd()) : receive_once(request, fd());
}

// [region on_result]
// Interrupted or cancelled, it begins anew if somebody waits.
void Inflow::on_result(const Completion& completion) noexcept {
  Chunk chunk = buffers_.take(completion);
  const int error = -completion.result;
  if (chunk) {
    keep(std::move(chunk));
  } else if (error == ENOBUFS) {
    on_shortage();
  } else if (error != ECANCELED && error != EINTR) {
    on_end(error);
  } else if (is_wanted()) {
    start();
  }
}

// Pieces that nobody has taken share a chunk, so that a client that sends many
// small ones costs no more than one that sends few.
void Inflow::keep(Chunk chunk) noexcept {
  is_much_ = chunk.bytes().size() >= k_half;
  if (kept_) {
    append(kept_, chunk);
  } else {
    kept_ = std::move(chunk);
  }
  tell();
}

void Inflow::on_shortage() noexcept {
  if (!is_wanted()) return;  // who waits next begins anew
  if (buffers_.grow()) return start();
  on_end(ENOMEM);
}

void Inflow::on_end(int error) noexcept {
  end_ = error;
  tell();
}
// [end on_result]

}  // namespace asyncio
