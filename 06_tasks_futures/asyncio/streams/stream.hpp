// A connection, or one end of a pipe: what StreamReader and StreamWriter share.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "06_tasks_futures/asyncio/closing.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/streams/stream_input.hpp"
#include "06_tasks_futures/asyncio/streams/stream_output.hpp"
#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Owns a descriptor that does not wait, and what goes through it. Its readers
/// and writers own it; with the last of them it is closed. What has been
/// written is sent before, as long as the loop lives. The loop's thread.
class Stream final : public Counted<Stream>,
                     private ClosedWithLoop,
                     private StreamOutput::Owner {
 public:
  /// Is told when a stream is closed.
  class Observer {
   public:
    virtual void on_closed(Stream& stream) noexcept = 0;

   protected:
    ~Observer() = default;
  };

  /// `limit`: how long a line may be. Throws ValueError if it is zero,
  /// std::bad_alloc.
  Stream(EventLoop& loop, net::Descriptor descriptor,
         std::optional<net::Address> peer, std::size_t limit);

  [[nodiscard]] StreamInput& input() noexcept { return input_; }
  [[nodiscard]] StreamOutput& output() noexcept { return output_; }
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

  void write(std::span<const std::byte> bytes) {
    if (!is_closing_) output_.write(bytes);
  }

  /// Tells the peer that nothing more comes, once all has been sent: a pipe is
  /// closed for that.
  void write_eof();
  /// Closes it, once all has been sent.
  void close() noexcept;
  /// Closes it now.
  void abort() noexcept;
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }
  /// Waits until it is closed, or writing fails. Throws the error with which
  /// writing failed, if it did.
  static Coroutine<> wait_closed(Ref<Stream> stream);

  [[nodiscard]] std::optional<std::string> extra_info(
      std::string_view name) const;

  /// At most one, which outlives the stream or takes itself out by nullptr.
  void set_observer(Observer* observer) noexcept { observer_ = observer; }

 private:
  friend class Counted<Stream>;
  ~Stream() override = default;
  void die() noexcept;
  void on_flushed() noexcept override;
  void on_loop_close() noexcept override { abort(); }
  void finish() noexcept;

  EventLoop* loop_;
  net::Descriptor descriptor_;
  std::optional<net::Address> peer_;
  std::size_t limit_;
  StreamInput input_;
  StreamOutput output_;
  Observer* observer_ = nullptr;
  Waiters closers_;
  bool is_closing_ = false;
  bool is_flushing_ = false;  // it keeps itself alive until all is sent
};

}  // namespace asyncio
