// To give a block of code only so much time.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/scoped_callback.hpp"
#include "06_tasks_futures/asyncio/time_limit.hpp"

namespace asyncio {

/// Cancels the task that is in its block when the time has come; at the end of
/// the block, that becomes a TimeoutError. Until it is entered it may be
/// copied. It dies before its loop.
class Timeout {
 public:
  /// At a time of the loop's clock; std::nullopt: never.
  explicit Timeout(std::optional<TimePoint> when) noexcept : when_(when) {}
  explicit Timeout(std::nullopt_t /*never*/) noexcept {}
  Timeout(const Timeout& other) noexcept : Timeout(other.when_) {}
  Timeout& operator=(const Timeout&) = delete;
  ~Timeout() = default;

  /// Awaits what `block(*this)` makes, and gives what that comes to. Throws
  /// TimeoutError if the time has come; RuntimeError the second time.
  template <typename Block>
  Coroutine<BlockResult<Block, Timeout>> run(Block&& block);

  [[nodiscard]] std::optional<TimePoint> when() const noexcept { return when_; }
  /// Another time instead; one that has passed is the next turn. Throws
  /// RuntimeError before the block, after it, and once the time has come.
  void reschedule(std::optional<TimePoint> when);
  /// The time has come in the block.
  [[nodiscard]] bool expired() const noexcept {
    return state_ == State::expiring || state_ == State::expired;
  }

  /// The block begins.
  void enter();
  /// It ends. True if the time has come, and nobody else has cancelled the
  /// task: then its CancelledError is to become a TimeoutError.
  bool exit() noexcept;

 private:
  enum class State : std::uint8_t {
    created,
    active,
    expiring,
    expired,
    finished
  };

  [[nodiscard]] const char* state() const noexcept;
  void start_timer(EventLoop& loop, TimePoint when);
  void on_timeout();

  State state_ = State::created;
  std::optional<TimePoint> when_;
  TaskBase* task_ = nullptr;
  int cancelling_ = 0;  // of the task, when the block began
  ScopedTimer timer_;
};

/// Awaits what `block` makes, within `limit`: a Timeout, or a reference to one.
template <typename Limit, typename Block>
Coroutine<BlockResult<Block, Timeout>> run_within(Limit limit, Block block) {
  Returned<BlockResult<Block, Timeout>> returned;
  limit.enter();
  try {
    if constexpr (std::is_void_v<BlockResult<Block, Timeout>>) {
      co_await block(limit);
    } else {
      returned.return_value(co_await block(limit));
    }
  } catch (const CancelledError&) {
    if (limit.exit()) throw TimeoutError();
    throw;
  } catch (...) {
    limit.exit();
    throw;
  }
  limit.exit();
  co_return returned.take();
}

template <typename Block>
Coroutine<BlockResult<Block, Timeout>> Timeout::run(Block&& block) {
  static_assert(DestroyedOnce<Block>, "name the block first");
  return run_within<Timeout&, Block>(*this, std::forward<Block>(block));
}

/// `co_await timeout_at(when, [&](Timeout&) -> Coroutine<int> { ... })`: gives
/// what the block returns, unless `when` comes first: then it is cancelled, and
/// TimeoutError thrown. std::nullopt: never. A block that catches the
/// CancelledError has its way. A block that has a name is only referred to.
// Left out: that the TimeoutError knows the CancelledError it came from.
template <typename Block>
Coroutine<BlockResult<Block, Timeout>> timeout_at(std::optional<TimePoint> when,
                                                  Block&& block) {
  static_assert(DestroyedOnce<Block>, "name the block first");
  return run_within<Timeout, Block>(Timeout(when), std::forward<Block>(block));
}

/// The same, so much later than now. Throws RuntimeError if no loop runs.
template <typename Block>
Coroutine<BlockResult<Block, Timeout>> timeout(TimeLimit limit, Block&& block) {
  return timeout_at(limit.deadline(get_running_loop().time()),
                    std::forward<Block>(block));
}

}  // namespace asyncio
