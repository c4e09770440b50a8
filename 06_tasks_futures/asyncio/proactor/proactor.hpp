// The loop's way to a world that says what has been done, and not, as chapter
// 3's selectors do, what could be done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "06_tasks_futures/asyncio/proactor/buffers.hpp"
#include "06_tasks_futures/asyncio/proactor/request.hpp"
#include "06_tasks_futures/asyncio/proactor/rings.hpp"

namespace asyncio {

/// Hands requests to the kernel and tells each what has come of it. Knows
/// nothing of sockets, tasks and coroutines. Outlives its requests; one thread,
/// the one that runs its turns.
class Proactor {
 public:
  /// Throws std::system_error that says what is missing.
  Proactor() = default;
  Proactor(const Proactor&) = delete;
  Proactor& operator=(const Proactor&) = delete;
  /// Waits until nothing is under way any more.
  ~Proactor();

  // Where there is no room for one more, `start`, `cancel` and `give_up` hand
  // over the earlier ones. They, `turn` and `buffers` throw std::system_error
  // when the kernel refuses the call itself, which ends the program where it
  // is noexcept.

  /// From here on `request` is under way; what it is to do is filled in by the
  /// caller.
  [[nodiscard]] io_uring_sqe& start(Request& request);

  /// Asks the kernel to end `request`. Its last completion says whether that
  /// came in time.
  void cancel(const Request& request);
  /// The same, and nobody waits for that: its owner waits for the last
  /// completion, only to destroy it.
  void give_up(Request& request);
  /// Ends `request` here and now: after this it is not under way.
  void finish(Request& request) noexcept;
  /// Hands over what has been started and cancelled, without a turn: a
  /// descriptor is to be closed, and the kernel holds what it stands for as
  /// long as it has a request for that. It has the kernel look for deferred
  /// work too, since cancelling is that.
  void flush() noexcept;

  // [region turn]
  enum class Brought { nothing, leftovers, something };

  /// Hands over what has been started, waits for at most `timeout` until
  /// something is completed, and tells whose it is. What came may be mere
  /// leftovers of requests that were cancelled or given up. One system call.
  Brought turn(uring::Timeout timeout);
  // [end turn]

  /// What receives without a buffer of its own uses these.
  [[nodiscard]] uring::Buffers& buffers();

  /// How many requests are under way.
  [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }

  /// How many turns there were, and how many system calls: one for each turn,
  /// and now and then one for a flush or for more requests than fit in.
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }
  [[nodiscard]] std::uint64_t enters() const noexcept {
    return rings_.enters();
  }

 private:
  void enter(uring::Timeout timeout);
  Brought complete(const uring::Completion& completion) noexcept;
  void cancel_all();

  uring::Rings rings_;
  std::optional<uring::Buffers> buffers_;  // once they are needed
  std::size_t under_way_ = 0;
  std::uint64_t turns_ = 0;
};

}  // namespace asyncio
