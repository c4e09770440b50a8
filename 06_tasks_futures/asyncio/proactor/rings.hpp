// The two rings of io_uring(7), which the program shares with the kernel: into
// one it writes what is to be done, in the other it finds what has come of it.
// One system call hands over all of the one, and waits for the other.
#pragma once

#include <linux/io_uring.h>

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "06_tasks_futures/asyncio/proactor/mapping.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio::uring {

/// What ENOMEM may mean here: the rings count as locked memory (getrlimit(2),
/// RLIMIT_MEMLOCK).
inline constexpr const char* k_no_memory =
    "io_uring: no memory, or no more that may be locked (ulimit -l)";

/// None: as long as it takes.
using Timeout = std::optional<std::chrono::nanoseconds>;

// [region completion]
/// What has come of a request.
struct Completion {
  std::uint64_t user_data;  // as it stood in the request
  int result;               // what the system call would have given, or -errno
  unsigned flags;           // IORING_CQE_F_...

  /// Whether the request is over; a multishot one completes again and again.
  [[nodiscard]] bool is_last() const noexcept {
    return (flags & IORING_CQE_F_MORE) == 0;
  }
};
// [end completion]

/// Owns its rings, and its descriptor. A request is what the kernel calls a
/// submission queue entry (SQE), a completion a completion queue entry (CQE).
/// The rings belong to the thread that first calls `enter` or `submit`.
class Rings {
 public:
  /// With room for so many requests between two calls of the kernel, a power of
  /// two. Throws std::system_error that says what is missing.
  explicit Rings(unsigned capacity = 1024);

  /// A request to fill in: all zero. The kernel gets it with the next `enter`
  /// or `submit`. Where there is no room left, it gets the earlier ones now.
  [[nodiscard]] io_uring_sqe& add_request();

  /// Whether there are requests that the kernel has not got.
  [[nodiscard]] bool has_unsubmitted() const noexcept {
    return added_ != taken_;
  }

  /// Hands the requests over, and waits until there is a completion, for at
  /// most `timeout` (zero: not at all). Returns early when a signal comes. One
  /// io_uring_enter(2). Throws std::system_error.
  void enter(Timeout timeout);

  /// Hands the requests over, without a look at what has been completed.
  void submit();

  // [region for_each]
  /// Calls `visit` with each completion there is by now. It may call `enter`
  /// and this again; each completion is given once.
  template <std::invocable<const Completion&> Visit>
  void for_each_completion(Visit visit) {
    std::atomic_ref head(*completion_head_);
    const std::atomic_ref tail(*completion_tail_);
    const unsigned end = tail.load(std::memory_order_acquire);
    while (static_cast<int>(end - head.load(std::memory_order_relaxed)) > 0) {
      const unsigned place = head.load(std::memory_order_relaxed);
      const io_uring_cqe& entry = completion_at(place);
      const Completion completion{entry.user_data, entry.res, entry.flags};
      head.store(place + 1, std::memory_order_release);  // it may be reused
      visit(completion);
    }
  }
  // [end for_each]

  /// How many calls of io_uring_enter(2) there have been.
  [[nodiscard]] std::uint64_t enters() const noexcept { return enters_; }
  [[nodiscard]] int fd() const noexcept { return descriptor_.get(); }

 private:
  void enable();
  void hand_over(unsigned wanted, unsigned flags, Timeout timeout);
  void wait_for_memory(Timeout timeout);
  int call(unsigned n, unsigned wanted, unsigned flags, Timeout timeout);
  [[nodiscard]] const io_uring_cqe& completion_at(unsigned n) const noexcept {
    const unsigned place = n & (parameters_.cq_entries - 1);
    return rings_.at<io_uring_cqe>(parameters_.cq_off.cqes)[place];
  }
  [[nodiscard]] unsigned* number_at(unsigned offset) const noexcept {
    return rings_.at<unsigned>(offset);
  }

  io_uring_params parameters_;  // the kernel's answer: how large, and where
  net::Descriptor descriptor_;
  Mapping rings_;
  Mapping requests_;
  unsigned* request_tail_;     // we move it on
  unsigned* completion_head_;  // so do we
  unsigned* completion_tail_;  // the kernel does
  unsigned added_ = 0;         // how many requests, by us
  unsigned taken_ = 0;         // how many of these, by the kernel
  std::uint64_t enters_ = 0;
  bool is_enabled_ = false;
};

}  // namespace asyncio::uring
