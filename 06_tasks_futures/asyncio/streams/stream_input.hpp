// What has come on a descriptor, and who waits for more.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <span>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/streams/byte_queue.hpp"

namespace asyncio {

/// The half of a stream that reads. It asks the kernel only for somebody who
/// waits: who reads slowly slows the peer down. What has come stays until it is
/// taken, whoever is cancelled. It owns neither loop nor descriptor. One
/// thread.
class StreamInput final : private Descriptors::Waiter {
 public:
  StreamInput(EventLoop& loop, int fd) noexcept : loop_(&loop), fd_(fd) {}
  StreamInput(const StreamInput&) = delete;
  StreamInput& operator=(const StreamInput&) = delete;

  /// Waits until there is more in the buffer, or the end, or an error. Throws
  /// RuntimeError, in the name of `caller`, if somebody waits already.
  Coroutine<> wait_for_data(const char* caller);

  [[nodiscard]] ByteQueue& buffer() noexcept { return buffer_; }
  /// Nothing more will come.
  [[nodiscard]] bool at_end() const noexcept { return is_at_end_; }
  /// What went wrong; null if nothing did.
  [[nodiscard]] const std::exception_ptr& error() const noexcept {
    return error_;
  }

  /// The descriptor is to be closed: whoever waits finds the end.
  void end() noexcept;

 private:
  void on_ready(const std::exception_ptr& error) noexcept override;
  void wake() noexcept;
  void receive();

  EventLoop* loop_;
  int fd_;
  bool is_at_end_ = false;
  ByteQueue buffer_;
  std::exception_ptr error_;
  std::optional<Future<>> waiter_;
};

}  // namespace asyncio
