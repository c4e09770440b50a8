// What is still to be sent on a descriptor, and who waits until there is less
// of it.
#pragma once

#include <cstddef>
#include <exception>
#include <span>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"
#include "06_tasks_futures/asyncio/streams/byte_queue.hpp"

namespace asyncio {

/// The half of a stream that writes. What the kernel does not take at once is
/// kept, and sent when there is room, whether or not anybody waits for it. It
/// owns neither loop nor descriptor. One thread.
class StreamOutput final : private Descriptors::Waiter {
 public:
  /// Is told what happens between two calls.
  class Owner {
   public:
    /// All has been sent, or nothing more can be.
    virtual void on_flushed() noexcept = 0;

   protected:
    ~Owner() = default;
  };

  /// `fd` does not wait. Both outlive it.
  StreamOutput(EventLoop& loop, int fd, Owner& owner) noexcept
      : loop_(&loop), fd_(fd), owner_(&owner) {}
  StreamOutput(const StreamOutput&) = delete;
  StreamOutput& operator=(const StreamOutput&) = delete;

  /// Sends what the kernel takes, and keeps the rest. After an error, and after
  /// the end, it drops it. Throws std::bad_alloc, and RuntimeError after
  /// `end_of_file`.
  void write(std::span<const std::byte> bytes);
  /// Waits while there is too much; see `set_limits`. Throws the error, if
  /// there is one; std::system_error (ECONNRESET) if it had ended before.
  Coroutine<> drain();
  /// Tells the peer that nothing more comes, once all has been sent.
  void end_of_file();

  /// Above `high` bytes `drain` waits, until there are no more than `low`.
  /// Throws ValueError unless high >= low.
  void set_limits(std::size_t high, std::size_t low);
  [[nodiscard]] std::size_t size() const noexcept { return buffer_.size(); }
  /// What went wrong; null if nothing did.
  [[nodiscard]] const std::exception_ptr& error() const noexcept {
    return error_;
  }

  /// The descriptor is to be closed: drops what is left, and wakes all who
  /// wait.
  void end() noexcept;

 private:
  void on_ready(const std::exception_ptr& error) noexcept override;
  void fail(std::exception_ptr error) noexcept;
  void keep(std::span<const std::byte> bytes);
  void finish() noexcept;
  void check_limits() noexcept;
  void check_open() const;

  EventLoop* loop_;
  int fd_;
  Owner* owner_;
  bool is_paused_ = false;
  bool has_end_of_file_ = false;
  bool has_ended_ = false;
  std::size_t high_ = 64 * 1024;
  std::size_t low_ = 16 * 1024;
  ByteQueue buffer_;
  std::exception_ptr error_;
  Waiters drainers_;
};

}  // namespace asyncio
