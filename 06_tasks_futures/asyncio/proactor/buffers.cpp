#include "06_tasks_futures/asyncio/proactor/buffers.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <numeric>
#include <utility>

#include "common/net/system_call.hpp"

namespace asyncio::uring {
namespace {

long register_with(const Rings& rings, unsigned what,
                   io_uring_buf_reg& buffers) {
  return ::syscall(SYS_io_uring_register, rings.fd(), what, &buffers, 1);
}

}  // namespace

Buffers::Buffers(Rings& rings)
    : rings_(rings),
      mapping_(k_most * sizeof(io_uring_buf)),
      entries_(mapping_.at<io_uring_buf>(0)) {
  std::iota(free_ids_.begin(), free_ids_.end(), std::uint16_t{0});
  io_uring_buf_reg buffers{};
  buffers.ring_addr = reinterpret_cast<std::uintptr_t>(entries_);
  buffers.ring_entries = k_most;
  buffers.bgid = k_group;
  if (register_with(rings_, IORING_REGISTER_PBUF_RING, buffers) < 0) {
    throw net::last_error(errno == ENOMEM ? k_no_memory : "io_uring_register");
  }
}

Buffers::~Buffers() {
  io_uring_buf_reg buffers{};
  buffers.bgid = k_group;
  register_with(rings_, IORING_UNREGISTER_PBUF_RING, buffers);
}

// [region take]
Chunk Buffers::take(const Completion& completion) noexcept {
  if ((completion.flags & IORING_CQE_F_BUFFER) == 0) return Chunk();
  const unsigned id = completion.flags >> IORING_CQE_BUFFER_SHIFT;
  Chunk chunk = std::move(chunks_[id]);
  free_ids_[--n_] = static_cast<std::uint16_t>(id);
  chunk.fill(static_cast<std::size_t>(std::max(completion.result, 0)));
  return chunk;
}

void Buffers::refill() noexcept {
  const std::uint16_t before = tail_;
  while (n_ < wanted_) {
    Chunk chunk = Chunk::borrow();
    if (chunk.space().empty()) break;
    put(std::move(chunk));
  }
  // The ring's tail lies in its first entry, where that has nothing else.
  if (tail_ == before) return;
  std::atomic_ref(entries_[0].resv).store(tail_, std::memory_order_release);
}

void Buffers::put(Chunk chunk) noexcept {
  io_uring_buf& entry = entries_[tail_++ % k_most];
  const std::uint16_t id = free_ids_[n_++];
  entry.addr = reinterpret_cast<std::uintptr_t>(chunk.space().data());
  entry.len = Chunk::k_capacity;
  entry.bid = id;
  chunks_[id] = std::move(chunk);
}
// [end take]

// Of those who found none in the same turn the first makes them more.
bool Buffers::grow() noexcept {
  if (n_ != 0) return true;
  wanted_ = std::min(2 * wanted_, k_most);
  refill();
  return n_ != 0;
}

}  // namespace asyncio::uring
