// Buffers that the kernel takes when bytes come: whoever waits for bytes needs
// none until then.
#pragma once

#include <linux/io_uring.h>

#include <array>
#include <cstdint>

#include "06_tasks_futures/asyncio/proactor/mapping.hpp"
#include "06_tasks_futures/asyncio/proactor/rings.hpp"
#include "common/net/chunk.hpp"

namespace asyncio::uring {

using net::Chunk;

/// A third ring: of chunks that lie ready for the kernel (io_uring_register(2),
/// IORING_REGISTER_PBUF_RING). It owns those; one in which bytes have come
/// belongs to whoever takes it. At first there are few of them, and more once
/// the kernel has run short. The ring it belongs to outlives it; one thread.
class Buffers {
 public:
  static constexpr unsigned k_few = 8;         // lie ready at first
  static constexpr unsigned k_most = 256;      // ever do, 16 MiB of them
  static constexpr std::uint16_t k_group = 0;  // what a request calls them

  /// Throws std::system_error.
  explicit Buffers(Rings& rings);
  Buffers(const Buffers&) = delete;
  Buffers& operator=(const Buffers&) = delete;
  ~Buffers();

  /// The chunk in which the bytes of `completion` have come; without a buffer
  /// if it says that none have.
  [[nodiscard]] Chunk take(const Completion& completion) noexcept;

  /// Replaces those that were taken, as far as there is memory. The kernel sees
  /// them at its next look.
  void refill() noexcept;

  /// The kernel found none (ENOBUFS): if that is still so, from now on there
  /// are more, and lie there at once. False if there is no memory for one.
  [[nodiscard]] bool grow() noexcept;

  /// How many lie ready.
  [[nodiscard]] unsigned size() const noexcept { return n_; }

 private:
  void put(Chunk chunk) noexcept;

  Rings& rings_;
  Mapping mapping_;
  io_uring_buf* entries_;
  std::array<Chunk, k_most> chunks_;            // by id
  std::array<std::uint16_t, k_most> free_ids_;  // a stack of them
  unsigned n_ = 0;                              // chunks
  unsigned wanted_ = k_few;
  std::uint16_t tail_ = 0;
};

}  // namespace asyncio::uring
