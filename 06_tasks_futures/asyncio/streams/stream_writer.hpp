// What goes out through a stream.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/streams/stream.hpp"

namespace asyncio {

/// When `drain` waits.
struct WriteBufferLimits {
  std::size_t high;
  std::size_t low;
};

/// The writing end of a stream. One word; copies share the stream. One thread;
/// does not outlive the loop but to be destroyed.
class StreamWriter {
 public:
  explicit StreamWriter(Stream& stream) noexcept : stream_(stream) {}

  /// Sends it: at once, or when there is room. Never waits, and keeps what the
  /// kernel does not take: whoever writes much awaits `drain` in between. Once
  /// it is closed, or the peer is gone, it is dropped. Throws RuntimeError
  /// after `write_eof`, std::bad_alloc.
  void write(std::string_view bytes) const;
  void write(std::span<const std::byte> bytes) const { stream_->write(bytes); }

  /// Waits while more than 64 KiB are kept, until it is no more than a quarter
  /// of that. Throws what went wrong: a std::system_error.
  Coroutine<> drain() const;
  /// Tells the peer that this was the end, once all is sent; reading goes on. A
  /// pipe is closed for that.
  void write_eof() const { stream_->write_eof(); }

  /// Closes both ends, once all is sent; whoever reads finds the end.
  void close() const noexcept { stream_->close(); }
  /// Closes both ends now.
  void abort() const noexcept { stream_->abort(); }
  [[nodiscard]] bool is_closing() const noexcept {
    return stream_->is_closing();
  }
  /// Waits until it is closed, or the peer is lost. Throws what went wrong with
  /// the writing.
  Coroutine<> wait_closed() const;

  /// `peername`, `sockname`: who is at the other end, and at this one, such as
  /// `127.0.0.1:5000`. None, if that is not known; `sockname` only until it is
  /// closed.
  [[nodiscard]] std::optional<std::string> get_extra_info(
      std::string_view name) const {
    return stream_->extra_info(name);
  }

  /// Throws ValueError unless high >= low.
  void set_write_buffer_limits(WriteBufferLimits limits) const {
    stream_->output().set_limits(limits.high, limits.low);
  }
  /// How many bytes the kernel has not taken yet.
  [[nodiscard]] std::size_t get_write_buffer_size() const noexcept {
    return stream_->output().size();
  }

 private:
  Ref<Stream> stream_;
};

}  // namespace asyncio
